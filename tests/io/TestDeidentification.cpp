#include "DicomTools.h"
#include "IoChecks.h"
#include "io/DerivedObjects.h"
#include "io/Labels.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"
#include "tasks/Export.h"
#include "tasks/RecordedSettings.h"

#include <QDirIterator>
#include <QTemporaryDir>
#include <QtTest>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <zlib.h>

using namespace drdm;

namespace {

/// Everything that says who it is, where and when; in the source, and so never in what is written.
const QByteArrayList identity{"Mustermann",   "Erika",        "PAT-4711",     "ACC-0815",     "19620314",
                              "20190507",     "101112",       "Dr^Referrer",  "Sanatorium",   "STATION9",
                              "SERIAL77",     "STUDYID5",     "1.2.276.99.1", "1.2.276.99.2", "1.2.276.99.3",
                              "1.2.276.99.4", "Operator^One", "Street 5"};
const char* const described = "Knee of Mustermann 2019-05-07";

/// A phantom with the header of a hospital.
void writeSource(const QString& folder, int slices, const char* sopClass, bool burnedIn) {
    PhantomSettings settings;
    settings.slices = slices;
    settings.size = 48;
    settings.frames = 1;
    const std::string made = writePhantom(settings, folder.toStdString()).front() + "/dicom";
    QDirIterator files(QString::fromStdString(made), QDir::Files);
    for (int n = 1; files.hasNext(); ++n) {
        const std::string path = files.next().toStdString();
        DcmFileFormat file;
        file.loadFile(path.c_str());
        file.loadAllDataIntoMemory();
        DcmDataset& d = *file.getDataset();
        const auto put = [&d](const DcmTag& tag, const std::string& value) {
            d.putAndInsertString(tag, value.c_str());
        };
        put(DCM_SOPClassUID, sopClass);
        put(DCM_PatientName, "Mustermann^Erika");
        put(DCM_PatientID, "PAT-4711");
        put(DCM_PatientBirthDate, "19620314");
        put(DCM_PatientSex, "F");
        put(DCM_PatientAge, "057Y");
        put(DCM_PatientAddress, "Street 5");
        put(DCM_AccessionNumber, "ACC-0815");
        put(DCM_StudyID, "STUDYID5");
        put(DCM_ReferringPhysicianName, "Dr^Referrer");
        put(DCM_OperatorsName, "Operator^One");
        put(DCM_InstitutionName, "Sanatorium");
        put(DCM_StationName, "STATION9");
        put(DCM_DeviceSerialNumber, "SERIAL77");
        put(DCM_StudyDescription, described);
        put(DCM_SeriesDescription, "T1 PAT-4711 coronal");
        put(DCM_ProtocolName, "knee Sanatorium");
        for (const DcmTagKey& tag : {DCM_StudyDate, DCM_SeriesDate, DCM_AcquisitionDate, DCM_ContentDate}) {
            put(tag, "20190507");
        }
        for (const DcmTagKey& tag : {DCM_StudyTime, DCM_SeriesTime, DCM_AcquisitionTime, DCM_ContentTime}) {
            put(tag, "101112");
        }
        put(DCM_StudyInstanceUID, "1.2.276.99.1");
        put(DCM_SeriesInstanceUID, "1.2.276.99.2");
        put(DCM_SOPInstanceUID, "1.2.276.99.3." + std::to_string(n));
        put(DCM_FrameOfReferenceUID, "1.2.276.99.4");
        put(DcmTag(0x0029, 0x0010, EVR_LO), "VENDOR");
        put(DcmTag(0x0029, 0x1001, EVR_LO), "Mustermann");
        DcmItem* equipment = nullptr;
        d.findOrCreateSequenceItem(DCM_ContributingEquipmentSequence, equipment, -2);
        equipment->putAndInsertString(DCM_Manufacturer, "PACS");
        equipment->putAndInsertString(DCM_InstitutionName, "Sanatorium");
        if (burnedIn) {
            put(DCM_BurnedInAnnotation, "YES");
        }
        file.saveFile(path.c_str(), EXS_LittleEndianExplicit);
    }
}

QByteArray unpacked(const QString& path) {
    if (!path.endsWith(".gz")) {
        return bytesOf(path);
    }
    QByteArray all, part(1 << 16, 0);
    gzFile_s* file = gzopen(path.toLocal8Bit(), "rb");
    for (int n = gzread(file, part.data(), static_cast<unsigned>(part.size())); n > 0;
         n = gzread(file, part.data(), static_cast<unsigned>(part.size()))) {
        all += part.left(n);
    }
    gzclose(file);
    return all;
}

/// Every file below a folder, its name and its (unpacked) bytes, searched for words. Returns what was found where.
QStringList leaks(const QString& folder, const QByteArrayList& words, int* files = nullptr) {
    QStringList found;
    QDirIterator entries(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        const QString path = entries.next();
        const QByteArray bytes = unpacked(path).toLower() + path.mid(folder.size()).toUtf8().toLower();
        for (const QByteArray& word : words) {
            if (bytes.contains(word.toLower())) {
                found << path.mid(folder.size()) + ": " + QString::fromUtf8(word);
            }
        }
        if (files) {
            ++*files;
        }
    }
    return found;
}

QString value(const QString& path, const DcmTagKey& tag) {
    DcmFileFormat file;
    OFString text;
    file.loadFile(path.toLocal8Bit().constData());
    file.getDataset()->findAndGetOFStringArray(tag, text);
    return QString::fromUtf8(text.c_str());
}

QStringList codes(const QString& path) {
    DcmFileFormat file;
    file.loadFile(path.toLocal8Bit().constData());
    QStringList result;
    DcmItem* item = nullptr;
    for (long i = 0; file.getDataset()->findAndGetSequenceItem(DCM_DeidentificationMethodCodeSequence, item, i).good();
         ++i) {
        OFString text;
        item->findAndGetOFString(DCM_CodeValue, text);
        result << text.c_str();
    }
    return result;
}

}  // namespace

class TestDeidentification : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    static Trajectory trajectory(const Image& image, std::uint64_t seed) {
        SampleSettings made;
        made.model = "/home/Mustermann/models/heart.safetensors";
        made.modelSha256 = std::string(64, 'a');
        made.process = "diffeomorphic";
        made.level = 10;
        made.seed = seed;
        Trajectory result(image, nullptr, made);
        result.device = "cpu";
        const int dims = image.geometry().size[2] == 1 ? 2 : 3;
        return result.appended({StepKind::Recovery, 1, DisplacementField::zero(image.geometry(), dims), {}, {}});
    }

    static ExportRequest everything(const Image& image, const QString& folder) {
        ExportRequest request;
        request.trajectories = {trajectory(image, 1), trajectory(image, 2)};
        request.folder = folder.toStdString();
        request.dicom = request.nifti = request.png = request.segmentation = request.registration = true;
        request.parametricMap = request.metaImage = request.itkField = request.wholeTrajectory = true;
        request.commandLine = "drdm sample /data/Mustermann";
        std::vector<std::uint16_t> labels(static_cast<std::size_t>(image.geometry().voxelCount()), 0);
        std::fill(labels.begin() + 40, labels.begin() + 900, std::uint16_t{3});
        LabelMap map(image.geometry(), labels);
        map.names[3] = "Tumour Mustermann";
        request.labels = map;
        return request;
    }

private Q_SLOTS:
    void initTestCase() {
        writeSource(path("source-Mustermann"), 3, UID_MRImageStorage, false);
        writeSource(path("screen-Mustermann"), 1, UID_SecondaryCaptureImageStorage, true);
    }

    void nothingOfThePatient() {
        const Image image = readImage({path("source-Mustermann").toStdString()});
        QCOMPARE(image.source.patientName, std::string("Mustermann^Erika"));
        // With everything kept, the words are there: the search finds them.
        ExportRequest request = everything(image, path("open"));
        exportSamples(request);
        QVERIFY(leaks(path("open"), identity).size() > 20);

        // Every file gives its settings back.
        const QStringList written =
            QDir(path("open/seed-0001")).entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
        QCOMPARE(written.size(), 15);
        for (const QString& name : written) {
            const QString inside = name == "trajectory" ? "/step-001-recovery-t01.field.nii.gz" : "";
            const Provenance made = readProvenance(path("open/seed-0001/" + name + inside).toStdString());
            QCOMPARE(recordedSettings(made, std::nullopt).text("level"), std::string("10"));
        }

        request.folder = path("hidden").toStdString();
        request.deidentify = DeidentificationOptions{};
        const Json report = exportSamples(request);
        int files = 0;
        QByteArrayList words = identity;
        words << "Knee"
              << "T1 "
              << "Tumour" << QByteArray::fromStdString(image.source.sha256.empty() ? "/data/" : image.source.sha256);
        const QStringList found = leaks(path("hidden"), words, &files);
        QVERIFY2(found.isEmpty(), qPrintable(found.join("\n")));
        QCOMPARE(files, 1 + 2 * (3 /* slices */ + 13 + 2 /* steps */));
        for (const char* name : {"dicom", "labels.dcm", "field.dcm", "jacobian.dcm", "field.mha", "image.nii.gz"}) {
            const Provenance made = readProvenance(path(QString("hidden/seed-0001/") + name).toStdString());
            QCOMPARE(recordedSettings(made, std::nullopt).text("level"), std::string("10"));
            QVERIFY(!isRecordedImage(recordedSettings(made, std::nullopt), image).has_value());  // it does not tell
        }
        QVERIFY(report.at("deidentification").at("warnings").items().empty());
        const QString slice = path("hidden/seed-0001/dicom/phase000_slice000.dcm");
        QCOMPARE(value(slice, DCM_PatientIdentityRemoved), QString("YES"));
        QCOMPARE(codes(slice), QStringList{"113100"});
        QCOMPARE(value(slice, DCM_LongitudinalTemporalInformationModified), QString("REMOVED"));
        QCOMPARE(value(slice, DCM_StudyDate), QString());
        QVERIFY(value(slice, DCM_PatientID).startsWith("ANON-"));
    }

    /// Images, labels and fields still belong together, and to one patient.
    void uidsStayConsistent() {
        const QStringList objects{"seed-0001/dicom/phase000_slice000.dcm",
                                  "seed-0001/dicom/phase000_slice002.dcm",
                                  "seed-0001/labels.dcm",
                                  "seed-0001/field.dcm",
                                  "seed-0001/jacobian.dcm",
                                  "seed-0002/dicom/phase000_slice000.dcm",
                                  "seed-0002/field.dcm"};
        for (const DcmTagKey& tag : {DCM_StudyInstanceUID, DCM_FrameOfReferenceUID, DCM_PatientID, DCM_PatientName}) {
            const QString first = value(path("hidden/" + objects.front()), tag);
            QVERIFY(!first.isEmpty());
            for (const QString& object : objects) {
                QCOMPARE(value(path("hidden/" + object), tag), first);
            }
        }
        const Image derived = readImage({path("hidden/seed-0001/dicom").toStdString()});
        const ReadLabels labels = readLabels(path("hidden/seed-0001/labels.dcm").toStdString(), LabelTarget(derived));
        QVERIFY(labels.warnings.empty());
        QCOMPARE(labels.map.values(), std::vector<std::uint16_t>{3});
        // The segmentation refers to the derived image as it is called now.
        DcmFileFormat file;
        file.loadFile(path("hidden/seed-0001/labels.dcm").toLocal8Bit().constData());
        DcmItem* series = nullptr;
        OFString uid;
        QVERIFY(file.getDataset()->findAndGetSequenceItem(DCM_ReferencedSeriesSequence, series, 0).good());
        series->findAndGetOFString(DCM_SeriesInstanceUID, uid);
        QCOMPARE(std::string(uid.c_str()), derived.source.seriesInstanceUid);
        // Two exports have nothing in common.
        ExportRequest again = everything(readImage({path("source-Mustermann").toStdString()}), path("again"));
        again.deidentify = DeidentificationOptions{};
        exportSamples(again);
        QVERIFY(value(path("again/seed-0001/labels.dcm"), DCM_StudyInstanceUID) !=
                value(path("hidden/seed-0001/labels.dcm"), DCM_StudyInstanceUID));
    }

    void whatIsRetained() {
        ExportRequest request = everything(readImage({path("source-Mustermann").toStdString()}), path("kept"));
        request.deidentify = DeidentificationOptions{true, true};
        exportSamples(request);
        QByteArrayList words = identity;
        for (const char* date : {"20190507", "101112"}) {
            words.removeOne(date);
        }
        const QString slice = path("kept/seed-0001/dicom/phase000_slice000.dcm");
        const QStringList found = leaks(path("kept"), words);
        QVERIFY2(found.isEmpty(), qPrintable(found.join("\n")));
        QCOMPARE(value(slice, DCM_StudyDate), QString("20190507"));
        QCOMPARE(value(slice, DCM_AcquisitionDate), QString("20190507"));
        QCOMPARE(value(slice, DCM_StudyDescription), QString("Knee of * 2019-05-07"));
        QVERIFY(value(slice, DCM_SeriesDescription).startsWith("T1 * coronal"));
        QCOMPARE(value(slice, DCM_ProtocolName), QString("knee *"));
        QCOMPARE(codes(slice), (QStringList{"113100", "113105", "113106"}));
        QCOMPARE(value(slice, DCM_LongitudinalTemporalInformationModified), QString("UNMODIFIED"));
        // Descriptors without dates: dates in their text go, too.
        request.folder = path("words").toStdString();
        request.deidentify = DeidentificationOptions{false, true};
        exportSamples(request);
        QCOMPARE(value(path("words/seed-0001/dicom/phase000_slice000.dcm"), DCM_StudyDescription),
                 QString("Knee of * *"));
    }

    void burnedInTextIsWarnedOf() {
        ExportRequest request = everything(readImage({path("screen-Mustermann").toStdString()}), path("screen"));
        request.deidentify = DeidentificationOptions{};
        request.dicom = false;  // the pixels go into the other files as well
        const Json report = exportSamples(request);
        QCOMPARE(report.at("deidentification").at("warnings").items().size(), std::size_t(1));
        QVERIFY(report.at("deidentification").at("warnings").items().front().string().find("burned into") !=
                std::string::npos);
    }

    /// A file's name may be a person's, and its hash leads back to it.
    void fromNifti() {
        const std::string file = path("Mustermann_Erika.nii.gz").toStdString();
        writeNifti(readImage({path("source-Mustermann").toStdString()}), file);
        const Image image = readImage({file});
        ExportRequest request = everything(image, path("nifti"));
        request.deidentify = DeidentificationOptions{true, true};
        exportSamples(request);
        QByteArrayList words{"Mustermann", "Erika"};
        words << QByteArray::fromStdString(image.source.sha256);
        const QStringList found = leaks(path("nifti"), words);
        QVERIFY2(found.isEmpty(), qPrintable(found.join("\n")));
    }

    void dciodvfyFindsNoError() {
        if (!runTool("dciodvfy", {"-version"}).found) {
            QSKIP("dciodvfy is not installed (Debian's dicom3tools)");
        }
        for (const char* folder : {"hidden", "kept"}) {
            for (const char* object : {"dicom/phase000_slice001.dcm", "labels.dcm", "field.dcm", "jacobian.dcm"}) {
                const QString file = path(QString(folder) + "/seed-0001/" + object);
                QVERIFY(QFile::exists(file));
                const QStringList errors = dciodvfyErrors(file);
                QVERIFY2(errors.isEmpty(), qPrintable(file + ":\n" + errors.join('\n')));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDeidentification)
#include "TestDeidentification.moc"

#include "DicomFixture.h"
#include "IoChecks.h"
#include "io/DerivedSeries.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace drdm;

namespace {

const Derivation derivation{"DRDM variation: model test, level 64, seed 1", "DRDM level 64 seed 1",
                            R"({"seed":1,"name":"Größe \\ x"})", 9000};

std::string value(const std::string& path, const DcmTagKey& tag) {
    DcmFileFormat file;
    OFString text;
    file.loadFile(path.c_str());
    file.getDataset()->findAndGetOFStringArray(tag, text);
    return text.c_str();
}

std::string itemValue(const std::string& path, const DcmTagKey& sequence, const DcmTagKey& tag) {
    DcmFileFormat file;
    DcmItem* item = nullptr;
    OFString text;
    file.loadFile(path.c_str());
    if (file.getDataset()->findAndGetSequenceItem(sequence, item, 0).good()) {
        item->findAndGetOFString(tag, text);
    }
    return text.c_str();
}

float largestDifference(const Image& a, const Image& b) {
    float most = a.voxels().size() == b.voxels().size() ? 0.0F : 1e9F;
    for (std::size_t i = 0; most < 1e9F && i < a.voxels().size(); ++i) {
        most = std::max(most, std::abs(a.voxels()[i] - b.voxels()[i]));
    }
    return most;
}

}  // namespace

class TestDerivedSeries : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::string m_source;

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.slices = 3;
        settings.size = 48;
        settings.frames = 4;
        settings.subjects = 3;
        m_source = writePhantom(settings, m_folder.filePath("phantom").toStdString()).back() + "/dicom";
    }

    void wholeSeries() {
        const Image source = readImage({m_source});
        std::vector<float> voxels(source.voxels().begin(), source.voxels().end());
        std::rotate(voxels.begin(), voxels.begin() + 5, voxels.end());
        const Image changed = source.withVoxels(voxels);
        const QString folder = m_folder.filePath("derived");
        const WrittenSeries written = writeDerivedSeries(changed, folder.toStdString(), derivation);
        QCOMPARE(written.files.size(), std::size_t(12));
        const Image back = readImage({folder.toStdString()});
        QVERIFY(cornerDistance_mm(back.geometry(), source.geometry()) < 1e-9);
        QCOMPARE(back.phases(), source.phases());
        QCOMPARE(back.phaseTimes_ms, source.phaseTimes_ms);
        QCOMPARE(largestDifference(back, changed), 0.0F);
        QCOMPARE(back.windowWidth, source.windowWidth);
        QCOMPARE(back.source.studyInstanceUid, source.source.studyInstanceUid);
        QCOMPARE(back.source.frameOfReferenceUid, source.source.frameOfReferenceUid);
        QCOMPARE(back.source.patientName, source.source.patientName);
        QCOMPARE(back.source.seriesInstanceUid, written.seriesInstanceUid);
        QVERIFY(back.source.seriesInstanceUid != source.source.seriesInstanceUid);
        std::set<std::string> uids(source.source.sopInstanceUids.begin(), source.source.sopInstanceUids.end());
        for (const std::string& uid : back.source.sopInstanceUids) {
            QVERIFY(uid.rfind("2.25.", 0) == 0 && uid.size() <= 64);
            QVERIFY2(uids.insert(uid).second, "a new SOP Instance UID for every object");
        }
    }

    void saysWhatItIs() {
        const Image slice = readImage({m_source}).slice(1, 2);
        QCOMPARE(slice.source.files.size(), std::size_t(1));
        const QString folder = m_folder.filePath("one");
        const WrittenSeries written = writeDerivedSeries(slice, folder.toStdString(), derivation);
        QCOMPARE(written.files.size(), std::size_t(1));
        const std::string& file = written.files[0];
        QCOMPARE(value(file, DCM_ImageType), std::string("DERIVED\\SECONDARY\\OTHER"));
        QCOMPARE(value(file, DcmTagKey(0x0008, 0x001C)), std::string("YES"));
        QCOMPARE(value(file, DCM_DerivationDescription), derivation.description);
        QCOMPARE(value(file, DCM_SeriesDescription), std::string("cine short axis (synthetic) DRDM level 64 seed 1"));
        QCOMPARE(value(file, DCM_SeriesNumber), std::string("9001"));
        QCOMPARE(value(file, DCM_SOPClassUID), std::string(UID_MRImageStorage));
        QVERIFY(value(file, DCM_ImageComments).find("For research; not for diagnostic use") == 0);
        QCOMPARE(value(file, DCM_BurnedInAnnotation), std::string("NO"));
        QCOMPARE(itemValue(file, DCM_SourceImageSequence, DCM_ReferencedSOPInstanceUID),
                 slice.source.sopInstanceUids[0]);
        QCOMPARE(itemValue(file, DCM_ReferencedSeriesSequence, DCM_SeriesInstanceUID), slice.source.seriesInstanceUid);
        QCOMPARE(itemValue(file, DCM_DerivationCodeSequence, DCM_CodeValue), std::string("113085"));
        QCOMPARE(itemValue(file, DCM_ContributingEquipmentSequence, DCM_SoftwareVersions), std::string(DRDM_VERSION));
        QCOMPARE(readDicomProvenance(file), derivation.provenanceJson);
        QCOMPARE(readDicomProvenance(slice.source.files[0]), std::string());
        const Image back = readImage({folder.toStdString()});
        QVERIFY(cornerDistance_mm(back.geometry(), slice.geometry()) < 1e-9);
        QCOMPARE(largestDifference(back, slice), 0.0F);
    }

    void keepsTheEncodingOfItsSource() {
        QTemporaryDir sources;
        for (int i = 0; i < 3; ++i) {
            SliceSpec spec;
            spec.position = {{0, 0, 2.5 * i}};
            spec.instance = i + 1;
            spec.isSigned = true;
            spec.padding = -2000;
            spec.slope = 0.25 * (i + 1);
            spec.intercept = -1000;
            spec.value = [i](int x, int y) { return -30 * i + 100 * y + x; };
            writeSlice(sources.filePath(QString::number(i)), spec);
        }
        const Image source = readImage({sources.path().toStdString()});
        const QString folder = m_folder.filePath("encoding");
        writeDerivedSeries(source, folder.toStdString(), derivation);
        const Image back = readImage({folder.toStdString()});
        QCOMPARE(largestDifference(back, source), 0.0F);
        QCOMPARE(back.paddingValue, source.paddingValue);
        QCOMPARE(back.storedMaximum, source.storedMaximum);
        // Values that the source could not have stored get an encoding of their own: a new range, 16 bits fine.
        std::vector<float> wild(source.voxels().begin(), source.voxels().end());
        wild[3] = 90000.5F;
        const QString other = m_folder.filePath("wild");
        writeDerivedSeries(source.withVoxels(wild), other.toStdString(), derivation);
        QVERIFY(largestDifference(readImage({other.toStdString()}), source.withVoxels(wild)) < 0.7F);
    }

    void monochrome1StaysMonochrome1() {
        QTemporaryDir sources;
        SliceSpec spec;
        spec.photometric = "MONOCHROME1";
        spec.bitsStored = 10;
        writeSlice(sources.filePath("a"), spec);
        const Image source = readImage({sources.path().toStdString()});
        const QString folder = m_folder.filePath("mono1");
        const WrittenSeries written = writeDerivedSeries(source, folder.toStdString(), derivation);
        QCOMPARE(value(written.files[0], DCM_PhotometricInterpretation), std::string("MONOCHROME1"));
        QCOMPARE(largestDifference(readImage({folder.toStdString()}), source), 0.0F);
    }

    void privateContentStaysBehind() {
        QTemporaryDir sources;
        writeSlice(sources.filePath("a"), {});
        DcmFileFormat file;
        const std::string path = sources.filePath("a").toStdString();
        file.loadFile(path.c_str());
        file.getDataset()->putAndInsertString(DcmTag(0x0029, 0x0010, EVR_LO), "SOMEBODY");
        file.getDataset()->putAndInsertString(DcmTag(0x0029, 0x1001, EVR_LO), "secret");
        file.getDataset()->putAndInsertString(DCM_CTDIvol, "3");
        file.saveFile(path.c_str(), EXS_LittleEndianExplicit);
        const WrittenSeries written =
            writeDerivedSeries(readImage({path}), m_folder.filePath("private").toStdString(), derivation);
        QCOMPARE(value(written.files[0], DcmTagKey(0x0029, 0x1001)), std::string());
        QCOMPARE(value(written.files[0], DCM_CTDIvol), std::string());
        QCOMPARE(value(written.files[0], DCM_PatientName), std::string("TEST^ONE"));
    }

    void fromNiftiAndPhantom() {
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 40;
        settings.frames = 2;
        const Image phantom = makePhantom(settings, 0).image;
        std::vector<float> fractions(phantom.voxels().begin(), phantom.voxels().end());
        for (float& v : fractions) {
            v = v * 0.37F - 11;
        }
        const std::string nifti = m_folder.filePath("image.nii.gz").toStdString();
        writeNifti(phantom.withVoxels(fractions), nifti);
        const Image source = readNifti(nifti);
        const QString folder = m_folder.filePath("fromNifti");
        writeDerivedSeries(source, folder.toStdString(), derivation);
        const Image back = readImage({folder.toStdString()});
        QCOMPARE(back.phases(), std::int64_t(2));
        QVERIFY(cornerDistance_mm(back.geometry(), source.geometry()) < 1e-3);
        const auto [least, most] = std::minmax_element(fractions.begin(), fractions.end());
        QVERIFY(largestDifference(back, source) <= (*most - *least) / 65535);
        QCOMPARE(back.modality, std::string("MR"));
    }

    void mistakesLeaveNothing() {
        const Image source = readImage({m_source});
        const QString folder = m_folder.filePath("mistakes");
        const auto isClean = [&] {
            QDir parent(m_folder.path());
            return !QDir(folder).exists() && parent.entryList({"*.partial"}, QDir::AllEntries | QDir::Hidden).isEmpty();
        };
        QString message;
        {
            const NearlyFullDisk full(2048);
            message = errorOf([&] { writeDerivedSeries(source, folder.toStdString(), derivation); });
        }
        QVERIFY(isUseful(message, "mistakes", "free space"));
        QVERIFY(isClean());
        Image orphan = source;
        orphan.source.files[3] = m_folder.filePath("gone.dcm").toStdString();
        QVERIFY(isUseful(errorOf([&] { writeDerivedSeries(orphan, folder.toStdString(), derivation); }), "gone.dcm",
                         "check that the file exists"));
        QVERIFY(isClean());
        QVERIFY(isUseful(
            errorOf([&] { writeDerivedSeries(source, m_folder.filePath("phantom").toStdString(), derivation); }),
            "phantom", "choose another folder"));
        writeBytes(m_folder.filePath("file"), "x");
        QVERIFY(isUseful(
            errorOf([&] { writeDerivedSeries(source, m_folder.filePath("file/below").toStdString(), derivation); }),
            "file", "cannot make a folder"));
    }
};

QTEST_GUILESS_MAIN(TestDerivedSeries)
#include "TestDerivedSeries.moc"

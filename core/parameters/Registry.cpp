#include "parameters/Augmentation.h"

namespace drdm {
namespace {

// The largest integer that every JSON reader keeps exactly: a seed must survive report.json.
constexpr double largestSeed = 9007199254740991.0;

Parameter whole(std::string name, std::string label, long long value, double minimum, std::optional<double> maximum,
                std::string help, bool expert = false) {
    return {std::move(name), std::move(label), value, minimum, maximum, 1.0, "", {}, std::move(help), expert};
}

Parameter real(std::string name, std::string label, double value, double minimum, double maximum, double step,
               std::string unit, std::string help, bool expert = false) {
    return {std::move(name), std::move(label), value, minimum, maximum, step, std::move(unit), {}, std::move(help),
            expert};
}

Parameter text(std::string name, std::string label, std::string value, std::vector<std::string> choices,
               std::string help, bool expert = false) {
    return {std::move(name), std::move(label), std::move(value), {}, {}, {}, "", std::move(choices), std::move(help),
            expert};
}

Parameter flag(std::string name, std::string label, bool value, std::string help, bool expert = false) {
    return {std::move(name), std::move(label), value, {}, {}, {}, "", {}, std::move(help), expert};
}

Parameter file(std::string name, std::string label, std::string files, std::string help, bool expert = false) {
    Parameter parameter = text(std::move(name), std::move(label), "", {}, std::move(help), expert);
    parameter.files = std::move(files);
    return parameter;
}

constexpr const char* schedules = "*.json";
constexpr const char* models = "*.safetensors *.pth";
constexpr const char* volumes = "*.nii *.nii.gz *.mha *.mhd *.dcm";

std::vector<Parameter> sampling() {
    return {
        whole("count", "Variations", 1, 1, 100000,
              "How many variations to make, with the seeds SEED, SEED+1, and so on."),
        whole("level", "Strength", 64, 1, 80,
              "How far the random deformation goes before the recovery starts: 1 hardly moves anything, 80 most."),
        whole("seed", "Seed", 1, 0, largestSeed,
              "The number that decides the variation; the same seed gives the same variation again."),
        file("model", "Model", models,
             "Name of an installed model or path of a model file; the shipped default if not given.", true),
        text("device", "Compute on", "auto", {}, "auto, cpu, or cuda:N for graphics card number N.", true),
        text("slice", "Slice", "", {},
             "Slice number counted from 0, or \"all\"; the middle slice if not given (two-dimensional models only).",
             true),
        whole("phase", "Phase", 0, 0, {},
              "Phase (time frame) counted from 0 on which the deformation is made; all phases move by it.", true),
        file("lock-mask", "Keep unchanged", volumes,
             "Mask (labels as NIfTI, MetaImage or DICOM): nothing moves where it is not 0.", true),
        text("start", "Recovery starts at", "level", {"level", "full"},
             "Recover from the chosen level down, or always from the highest level (as the authors' program does).",
             true),
        whole("stride", "Step stride", 1, 1, 79, "Take only every so-manyth recovery step: faster, less plausible.",
              true),
        whole("stop", "Recovery ends at", 1, 1, 80,
              "Level of the last recovery step: above 1 is faster and leaves fine distortion in.", true),
        text("interpolation", "Interpolation", "linear", {"linear", "cubic"},
             "How grey values between voxels are computed.", true),
        text("process", "Random process", "", {"", "diffeomorphic", "released"},
             "How random deformations are made; the one that the model was trained with if not given.", true),
        file("schedule", "Noise schedule", schedules,
             "File of a noise schedule (saved by the schedule editor); the one that the model was trained with if not "
             "given, and with another the recovery does not fit.",
             true),
        file("initial-field", "Start from field", volumes,
             "Displacement field (NIfTI, MetaImage, DICOM) that replaces the random one.", true),
        flag("allow-folds", "Allow folds", false,
             "Switch the guard against folded voxels off (to compare with other programs only).", true),
    };
}

std::vector<Parameter> training() {
    return {
        text("name", "Model name", "my-model", {}, "Name of the model; it stands in every output made with it."),
        whole("dims", "Dimensions", 2, 2, 3, "2: a model for single slices. 3: a model for volumes."),
        whole("grid", "Grid side", 128, 16, 512,
              "Side of the square or cubic grid on which the model works, a multiple of 8 times the patch."),
        whole("width", "Network width", 10, 5, 80,
              "Channels of the network at full resolution; twice as many take four times as long.", true),
        whole("patch", "Patch", 1, 1, 8,
              "Side of the blocks of voxels that the network takes at once; its result is a smooth field with one "
              "node per block.",
              true),
        text("modality", "Modality", "MR", {"MR", "CT"}, "Kind of the images; decides how grey values are normalised."),
        whole("steps", "Training steps", 20000, 1, 100000000, "How many optimiser steps to take in all."),
        whole("batch", "Batch size", 8, 1, 1024, "How many images are looked at in each step."),
        real("learning-rate", "Learning rate", 1e-3, 1e-8, 1, 1e-4, "",
             "Step size of the Adam optimiser at the start."),
        real("learning-rate-final", "Final learning rate", 1e-5, 0, 1, 1e-5, "",
             "Step size at the end, reached along a cosine.", true),
        whole("seed", "Seed", 1, 0, largestSeed, "Decides first weights, order of the images and random deformations."),
        text("process", "Random process", "diffeomorphic", {"diffeomorphic", "released"},
             "How the random deformations are made that the model learns to undo.", true),
        file("schedule", "Noise schedule", schedules,
             "File of a noise schedule (saved by the schedule editor) that decides how the random deformations grow; "
             "the standard one if not given.",
             true),
        whole("recursion", "Recursion", 1, 1, 4, "How often the network is applied to its own result within one step.",
              true),
        whole("minimum-level", "Lowest level", 1, 1, 79, "The lowest level that training draws.", true),
        real("smoothness-weight", "Smoothness weight", 10.0, 0, 1e6, 1, "",
             "Weight of the term that keeps predicted steps smooth.", true),
        real("detail-weight", "Detail weight", 0.0, 0, 1e6, 0.1, "",
             "Weight of the term that compares the differences between neighbouring voxels.", true),
        flag("augment", "Augment", true, "Also train on randomly turned, scaled and re-contrasted images."),
        real("augment-strength", "Augmentation strength", 0.5, 0, 3, 0.1, "",
             "How far images are turned, scaled and shifted: 1 is up to 0.15 rad, 15 % and 3 % of the side.", true),
        whole("validate-every", "Validate every", 1000, 1, 100000000,
              "Measure on the validation images after so many steps."),
        whole("patience", "Patience", 0, 0, 1000000,
              "End when so many validations in a row found nothing better; 0: never.", true),
        text("precision", "Precision", "float32", {"float32", "bfloat16"},
             "Arithmetic of the network on a GPU; bfloat16 is faster. On the processor always float32.", true),
        file("warm-start", "Start from model", models, "Model file whose weights training starts from.", true),
        real("checkpoint-minutes", "Minutes between checkpoints", 3.0, 0.01, 10000, 1, "min",
             "How often the state is saved.", true),
        whole("log-every", "Log every", 10, 1, 1000000, "Write a line into the loss log after so many steps.", true),
        whole("threads", "Threads", 0, 0, 1024, "Processor threads to use; 0 chooses.", true),
    };
}

std::vector<Parameter> phantom() {
    return {
        whole("subjects", "Subjects", 1, 1, 1000, "How many different subjects to make."),
        whole("slices", "Slices", 8, 1, 64, "How many short-axis slices each has."),
        whole("size", "Size", 256, 32, 1024, "Side of the square slices in voxels."),
        whole("frames", "Phases", 8, 1, 64, "How many phases of the heart beat."),
        flag("labels", "Labels", false, "Also write label maps: 1 myocardium, 2 left ventricle, 3 right ventricle."),
        whole("seed", "Seed", 1, 0, largestSeed, "Decides size, shape, orientation and contrast of the subjects."),
    };
}

std::vector<Parameter> augmentation() {
    return {
        text("method", "Method", "drdm", {"none", "elastic", "bigaug", "mrbs", "drdm", "drdm-intensity"},
             "How copies are made: drdm; drdm with changes of grey values; or, to compare, random elastic splines, "
             "BigAug's nine transforms, multi-resolution splines, or unchanged."),
        text("levels", "Strengths", "30:60:10", {},
             "Strengths from 1 to 80 that copies are made at: numbers with commas between, or FROM:TO:STEP."),
        whole("copies", "Copies per strength", 1, 1, 100000,
              "How many copies of every image to make at each strength."),
        whole("seed", "Seed", 1, 0, largestSeed,
              "Decides all copies; each draws its own from this, its subject, image, strength and number."),
        file("model", "Model", models,
             "Name of an installed model or path of a model file; the shipped default if not given."),
        file("schedule", "Noise schedule", schedules,
             "File of a noise schedule (saved by the schedule editor) for the copies; the one that the model was "
             "trained "
             "with if not given.",
             true),
        text("device", "Compute on", "auto", {}, "auto, cpu, or cuda:N for graphics card number N.", true),
        text("layout", "Layout", "csv", {"csv", "nnunet", "bids"},
             "How the folder is laid out: dataset.csv and dataset.json as MONAI and TorchIO read them, nnU-Net's raw "
             "data set, or one folder per subject as in BIDS."),
        text("label-names", "Names of labels", "", {}, "Such as 1=myocardium,2=cavity."),
        flag("originals", "Originals", false, "Also put the images themselves into the data set."),
        flag("fields", "Fields", false, "Also write the displacement field of every copy."),
        real("turn", "Turn", 0, 0, 180, 5, "°",
             "Copies are also turned as a whole, by up to so much to either side (not bigaug, which has its own)."),
        real("zoom", "Zoom", 1, 1, 4, 0.1, "",
             "Copies are also scaled as a whole: 1.5 is from 1.5 times smaller to 1.5 times larger."),
        real("shift", "Shift", 0, 0, 50, 1, "%",
             "Copies are also moved as a whole along each axis, by up to so much of the side."),
        real("least-displacement", "Least displacement", 0, 0, 100, 0.5, "%",
             "Copies with a smaller mean displacement, in percent of the image side, are drawn again."),
        real("most-displacement", "Most displacement", 100, 0, 100, 1, "%",
             "Copies with a larger greatest displacement, in percent of the image side, are drawn again."),
        real("label-kept", "Label kept", 0.1, 0, 1, 0.05, "",
             "Copies in which a label keeps less than this share of its volume are drawn again."),
        flag("reject-folds", "Reject folds", false, "Copies with folded voxels are drawn again (drdm has none).", true),
        whole("tries", "Tries", 20, 1, 1000, "After so many drawings a copy is left out, and the manifest says so.",
              true),
        whole("dims", "Dimensions", 0, 0, 3,
              "Of elastic, bigaug and mrbs: 2 moves within slices, 3 in space; 0 takes 3 for images of 16 slices or "
              "more.",
              true),
        text("interpolation", "Interpolation", "linear", {"linear", "cubic"},
             "How grey values between voxels are computed.", true),
        text("label-interpolation", "Interpolation of labels", "linear", {"linear", "nearest"},
             "linear: every label by itself, the strongest wins. nearest: the nearest voxel's.", true),
        text("start", "Recovery starts at", "level", {"level", "full"},
             "Recover from the chosen level down, or always from the highest level.", true),
        whole("stride", "Step stride", 1, 1, 79, "Take only every so-manyth recovery step: faster, less plausible.",
              true),
        whole("stop", "Recovery ends at", 1, 1, 80,
              "Level of the last recovery step: above 1 is faster and leaves fine distortion in.", true),
        whole("workers", "Workers", 0, 0, 1024, "How many copies to make at the same time; 0: one per core.", true),
    };
}

}  // namespace

const ParameterSet& samplingParameters() {
    static const ParameterSet set("sampling", sampling());
    return set;
}

const ParameterSet& trainingParameters() {
    static const ParameterSet set("training", training());
    return set;
}

const ParameterSet& phantomParameters() {
    static const ParameterSet set("the phantom", phantom());
    return set;
}

const ParameterSet& augmentationParameters() {
    static const ParameterSet set("augmentation", augmentation());
    return set;
}

}  // namespace drdm

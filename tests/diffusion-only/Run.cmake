# Train, describe, sample and evaluate: the whole way of the program that has LibTorch alone.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

# run(<exit code> <arguments…>): standard output in `out`, standard error in `err`.
function(run expected)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE messages)
  if(NOT code STREQUAL expected)
    message(FATAL_ERROR "${ARGN}\nexit code ${code}, expected ${expected}\n${text}\n${messages}")
  endif()
  set(out "${text}" PARENT_SCOPE)
  set(err "${messages}" PARENT_SCOPE)
endfunction()

# expect(<complaint> <condition…>)
function(expect what)
  if(NOT (${ARGN}))
    message(FATAL_ERROR "${what}\n${out}\n${err}")
  endif()
endfunction()

run(0 ${MAKE_PACK} set.safetensors)
run(0 ${DRDM} train --data set.safetensors --out training --grid 32 --batch 2 --steps 6 --json)
string(JSON model GET "${out}" model)

run(0 ${DRDM} model info ${model} --json)
string(JSON grid GET "${out}" grid)
string(JSON process GET "${out}" process)
expect("the model's grid is ${grid}" grid EQUAL 32)
expect("the model's process is ${process}" process STREQUAL diffeomorphic)

run(0 ${DRDM} model evaluate ${model} --data set.safetensors --levels 10,60 --json)
string(JSON levels LENGTH "${out}" cosine)
expect("${levels} levels were evaluated" levels EQUAL 2)

run(0 ${DRDM} sample set.safetensors --image 3 --out samples --model ${model} --level 6 --count 2 --json)
set(report "${out}")
string(JSON count LENGTH "${report}" samples)
expect("${count} samples" count EQUAL 2)
foreach(index 0 1)
  string(JSON folded GET "${report}" samples ${index} folded_voxels_strict)
  expect("sample ${index} has ${folded} folded voxels" folded EQUAL 0)
  string(JSON mean GET "${report}" samples ${index} mean_displacement_vox)
  expect("sample ${index} moves nothing" mean GREATER 0)
  string(JSON name GET "${report}" samples ${index} files field)
  run(0 ${DRDM} evaluate samples/${name} --json)
  string(JSON again GET "${out}" fields 0 mean_displacement_vox)
  expect("the report says ${mean}, the file ${again}" mean STREQUAL again)
endforeach()

# The same seed gives the same field.
run(0 ${DRDM} sample set.safetensors --image 3 --out again --model ${model} --level 6 --seed 2)
run(0 ${DRDM} evaluate again/seed-0002.safetensors --json)
string(JSON again GET "${out}" fields 0 mean_displacement_vox)
expect("seed 2 alone moves ${again}, among two ${mean}" mean STREQUAL again)

# A sample and a report give their settings back.
run(0 ${DRDM} sample set.safetensors --image 3 --out like --like again/seed-0002.safetensors --model ${model})
run(0 ${DRDM} evaluate like/seed-0002.safetensors --json)
string(JSON again GET "${out}" fields 0 mean_displacement_vox)
expect("like seed 2 moves ${again}, not ${mean}" mean STREQUAL again)
run(0 ${DRDM} sample set.safetensors --image 2 --out like --like samples/report.json --variation 2 --model ${model})
expect("no word on the other image" err MATCHES "the image is not the one")

# What this build cannot do it says.
run(1 ${DRDM} sample set.safetensors --image 99 --out none --model ${model})
expect("no word on the images there are" err MATCHES "the pack has 6")
run(1 ${DRDM} evaluate field.nii.gz)
expect("no word on the full build" err MATCHES "full build")
run(1 ${DRDM} train --data folder --out none)
expect("no word on packs" err MATCHES "drdm pack")
run(2 ${DRDM} info folder)
file(GLOB_RECURSE partial ${WORK}/*.partial)
expect("left behind: ${partial}" NOT partial)

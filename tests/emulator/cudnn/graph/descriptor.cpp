#include "cudnn/graph/descriptor.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "cudnn/graph/schema.h"

namespace emulated_cudnn::graph {
namespace {

std::unordered_set<const void*>& live_descriptors() {
  static auto* const kLive = new std::unordered_set<const void*>;
  return *kLive;
}

const Attribute& attribute_of(int kind, int name, int type) {
  const Attribute* const attribute = find_attribute(kind, name);
  require(attribute != nullptr, CUDNN_STATUS_BAD_PARAM, "the descriptor has no attribute of that name");
  require(attribute->type == type, CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE, "the attribute is of another type");
  return *attribute;
}

// An engine handed out in a configuration, a configuration handed out by the heuristics.
void fill(Descriptor& descriptor, const Engine& engine) {
  descriptor.engines = {engine};
  descriptor.finalised = true;
  if (descriptor.kind != kEngine) return;
  descriptor.keep(kEngineIndex, kInt64Type, &engine.index, 1);
  descriptor.keep(kEngineNumericalNotes, kNumericalNoteType, engine.numerical_notes.data(),
                  engine.numerical_notes.size());
  descriptor.keep(kEngineBehaviorNotes, kBehaviorNoteType, engine.behavior_notes.data(), engine.behavior_notes.size());
}

// Descriptors are not copied out: the caller makes empty ones, which are filled.
void fill_all(const std::vector<Engine>& engines, int kind, int64_t wanted, void* elements) {
  for (size_t i = 0; i < engines.size() && static_cast<int64_t>(i) < wanted; ++i) {
    Descriptor& descriptor = descriptor_of(static_cast<void**>(elements)[i]);
    require(descriptor.kind == kind && !descriptor.finalised, CUDNN_STATUS_BAD_PARAM,
            "what is to be filled must be fresh and of the right kind");
    fill(descriptor, engines[i]);
  }
}

}  // namespace

void* create_descriptor(int kind) {
  require(is_known_kind(kind), CUDNN_STATUS_NOT_SUPPORTED, "descriptors of this kind are not emulated");
  Descriptor* const made = new Descriptor(kind);
  live_descriptors().insert(made);
  return made;
}

void destroy_descriptor(void* descriptor) {
  Descriptor* const object = &descriptor_of(descriptor);
  live_descriptors().erase(object);
  delete object;
}

Descriptor& descriptor_of(void* descriptor) {
  require(live_descriptors().count(descriptor) != 0, CUDNN_STATUS_BAD_PARAM, "no live descriptor of the graph API");
  return *static_cast<Descriptor*>(descriptor);
}

const Descriptor& finalised(void* descriptor, int kind) {
  const Descriptor& found = descriptor_of(descriptor);
  require(found.kind == kind, CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, "a descriptor is of another kind");
  require(found.finalised, CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "a descriptor is not finalised");
  return found;
}

void Descriptor::set(int name, int type, int64_t count, const void* elements) {
  require(!finalised, CUDNN_STATUS_NOT_INITIALIZED, "the descriptor is finalised already");
  const Attribute& attribute = attribute_of(kind, name, type);
  require(attribute.use != Use::kReadOnly, CUDNN_STATUS_BAD_PARAM, "the attribute can only be read");
  require(count >= attribute.least && count <= attribute.most, CUDNN_STATUS_BAD_PARAM,
          "the attribute takes another number of elements");
  require_pointer(elements, "arrayOfElements");
  keep(name, type, elements, static_cast<size_t>(count));
}

void Descriptor::keep(int name, int type, const void* elements, size_t count) {
  const char* const bytes = static_cast<const char*>(elements);
  values_[name] = {type, static_cast<int64_t>(count), {bytes, bytes + count * element_size(type)}};
}

void Descriptor::get(int name, int type, int64_t wanted, int64_t* count, void* elements) const {
  require(finalised, CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "the descriptor is not finalised");
  attribute_of(kind, name, type);
  require(wanted >= 0 && (wanted == 0 || elements != nullptr), CUDNN_STATUS_BAD_PARAM, "no place for the elements");
  if (type == kDescriptorType && (kind == kHeuristics || kind == kEngineConfig)) {
    if (count != nullptr) *count = static_cast<int64_t>(engines.size());
    fill_all(engines, kind == kHeuristics ? kEngineConfig : kEngine, wanted, elements);
    return;
  }
  const auto found = values_.find(name);
  require(found != values_.end(), CUDNN_STATUS_BAD_PARAM, "the attribute was never set");
  if (count != nullptr) *count = found->second.count;
  const size_t copied = static_cast<size_t>(std::min(wanted, found->second.count)) * element_size(type);
  if (copied > 0) std::memcpy(elements, found->second.bytes.data(), copied);
}

std::vector<int64_t> Descriptor::numbers(int name) const {
  const Values& values = values_.at(name);
  const size_t size = element_size(values.type);
  std::vector<int64_t> result(static_cast<size_t>(values.count), 0);
  for (size_t i = 0; i < result.size(); ++i) std::memcpy(&result[i], &values.bytes[i * size], size);
  return result;
}

double Descriptor::real(int name, double otherwise) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  float single = 0;
  double real = 0;
  if (found->second.type == kFloatType) {
    std::memcpy(&single, found->second.bytes.data(), sizeof single);
    return static_cast<double>(single);
  }
  std::memcpy(&real, found->second.bytes.data(), sizeof real);
  return real;
}

std::vector<void*> Descriptor::pointers(int name) const {
  const Values& values = values_.at(name);
  std::vector<void*> result(static_cast<size_t>(values.count));
  std::memcpy(result.data(), values.bytes.data(), values.bytes.size());
  return result;
}

const Descriptor& Descriptor::link(int name, int wanted) const {
  return graph::finalised(pointers(name).at(0), wanted);
}

}  // namespace emulated_cudnn::graph

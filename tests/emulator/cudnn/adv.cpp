// libcudnn_adv: recurrent layers and attention are not emulated; the library is there because others load it.
#include "cudnn/status.h"

using namespace emulated_cudnn;

EMULATOR_ENTRY Status cudnnAdvVersionCheck() { return CUDNN_STATUS_SUCCESS; }

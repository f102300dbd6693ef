# Sourced by java/assay and tests/run: finds or installs what the build needs on Debian 12 and Ubuntu 22.04/24.04.
# Asks nothing, prints what it installs, and takes milliseconds when nothing is missing.

assay_say() { printf 'assay: %s\n' "$*" >&2; }
assay_die() { assay_say "$*"; exit 1; }

# Prints the home of the first JDK >= 17: JAVA_HOME, the javac on PATH, then the system's directory of JVMs.
assay_find_jdk() {
  local home version path_javac=""
  path_javac=$(readlink -f "$(command -v javac 2>/dev/null)" 2>/dev/null) || true
  for home in "${JAVA_HOME:-}" "${path_javac%/bin/javac}" /usr/lib/jvm/java-17-openjdk-amd64 /usr/lib/jvm/*; do
    [ -n "$home" ] && [ -x "$home/bin/javac" ] && [ -x "$home/bin/java" ] || continue
    version=$("$home/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    if [ "${version:-0}" -ge 17 ]; then printf '%s\n' "$home"; return 0; fi
  done
  return 1
}

assay_missing_packages() {
  local with_tests=$1
  assay_find_jdk >/dev/null || echo openjdk-17-jdk-headless
  command -v mvn >/dev/null || echo maven
  command -v g++ >/dev/null || echo g++
  command -v make >/dev/null || echo make
  command -v cmake >/dev/null || echo cmake
  [ -e /usr/include/hwy/highway.h ] || [ -e /usr/local/include/hwy/highway.h ] || echo libhwy-dev
  if [ "$with_tests" = tests ]; then
    command -v clang-format-14 >/dev/null || echo clang-format-14
  fi
}

assay_install() {
  local run=() log
  [ "$(id -u)" = 0 ] || run=(sudo)
  command -v apt-get >/dev/null || assay_die "missing: $* (found no apt-get; install them and try again)"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || assay_die "missing: $* (run as root, or install sudo)"
  assay_say "installing: $*"
  log=$(mktemp)
  if ! { "${run[@]}" apt-get update -qq &&
         "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    assay_die "could not install: $* (log: $log)"
  fi
  rm -f "$log"
}

# assay_setup [tests]: afterwards JAVA_HOME names a JDK >= 17 and every tool is on PATH.
assay_setup() {
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || assay_die "this build supports Linux on x86_64, found $(uname -s) on $(uname -m)"
  local missing
  missing=$(assay_missing_packages "${1:-}")
  # Word splitting is wanted: one package a line.
  [ -z "$missing" ] || assay_install $missing
  JAVA_HOME=$(assay_find_jdk) || assay_die "found no JDK of version 17 or newer (looked at JAVA_HOME, PATH and the system's JVM directory)"
  export JAVA_HOME
}

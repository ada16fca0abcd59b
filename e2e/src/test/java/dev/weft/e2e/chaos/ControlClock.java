package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock that a control plane sees, and no one else: libfaketime in its process alone. The supervisor starts each process by
 * {@code setsid}, which it finds on its {@code PATH}; ours stands before the system's and looks at what it starts.
 */
final class ControlClock {

    private static final String LIBRARY = "libfaketimeMT.so.1";
    private static final String MAIN = "dev.weft.control.ControlMain";

    /** The clock steps this far at least: more than certificates are dated back by, and less. */
    private static final Duration SMALLEST = Duration.ofSeconds(10);
    /** And this many times as far at most: some lives of a certificate. */
    private static final double LARGEST_FACTOR = 60;

    private final Path directory;
    private final Optional<Path> library;

    private ControlClock(Path directory, Optional<Path> library) {
        this.directory = directory;
        this.library = library;
    }

    /** A clock that is right, for a mesh that is not up yet. */
    static ControlClock in(Path directory) throws IOException {
        ControlClock clock = new ControlClock(Files.createDirectories(directory.resolve("clock")), library());
        if (clock.library.isPresent()) {
            clock.set(Duration.ZERO);
            Path setsid =
                    Files.writeString(clock.directory.resolve("setsid"), script(clock.library.get(), clock.offset()));
            Files.setPosixFilePermissions(setsid, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return clock;
    }

    private static Optional<Path> library() throws IOException {
        for (Path folder : List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"))) {
            try (Stream<Path> files = Files.find(folder, 3, (path, _) -> path.endsWith(Path.of("faketime", LIBRARY)))) {
                Optional<Path> found = files.findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What is waited for is measured by the monotonic clock, which does not step; files keep the times that they have. Without
     * {@code FAKETIME_FORCE_MONOTONIC_FIX=0} the library has each timed wait end at once, and all threads that wait spin.
     */
    private static String script(Path library, Path offset) {
        return """
            #!/bin/sh
            case " $* " in
              *" %2$s "*)
                exec %1$s env LD_PRELOAD=%3$s FAKETIME_TIMESTAMP_FILE=%4$s FAKETIME_CACHE_DURATION=1 \\
                  FAKETIME_DISABLE_SHM=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 \\
                  NO_FAKE_STAT=1 "$@" ;;
              *)
                exec %1$s "$@" ;;
            esac
            """.formatted(Programs.find("setsid"), MAIN, library, offset);
    }

    /** The command line by which a mesh is started so that its control plane sees this clock. */
    List<String> before(Path command) {
        return library.isEmpty()
                ? List.of(command.toString())
                : List.of("env", "PATH=" + directory + ":" + System.getenv("PATH"), command.toString());
    }

    /** Why it is always right; empty if it can step. */
    Optional<String> cannotStep() {
        return library.isPresent() ? Optional.empty() : Optional.of("libfaketime is not installed");
    }

    /** The control plane sees this clock, and another process does not. */
    void assertIsOf(long controlPlane, long other) throws IOException {
        if (library.isPresent()) {
            assertThat(maps(controlPlane)).contains(LIBRARY);
            assertThat(maps(other)).doesNotContain(LIBRARY);
        }
    }

    private static String maps(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/maps"));
    }

    /** Sets it ahead (1) or back (-1) from what is right, the further the greater the severity. */
    void step(int direction, double severity) throws IOException {
        double seconds = SMALLEST.toSeconds() * Math.pow(LARGEST_FACTOR, severity);
        set(Duration.ofSeconds(direction * (long) seconds));
    }

    void setRight() throws IOException {
        set(Duration.ZERO);
    }

    private void set(Duration offset) throws IOException {
        // The library ends the process when it reads half of a file.
        Path next = Files.writeString(directory.resolve("next"), "%+d%n".formatted(offset.toSeconds()));
        Files.move(next, offset(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path offset() {
        return directory.resolve("offset");
    }
}

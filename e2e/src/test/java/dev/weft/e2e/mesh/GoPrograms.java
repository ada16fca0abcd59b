package dev.weft.e2e.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Programs on Go libraries of others, built from {@code interop/src/main/go} with the libraries that the distribution has as sources. */
public final class GoPrograms {

    /** The first build on a machine compiles gRPC, too. */
    private static final Duration BUILD = Duration.ofMinutes(8);

    private static final Path INTEROP = Path.of("../interop").toAbsolutePath().normalize();
    private static final String SOURCES_OF_THE_DISTRIBUTION = "/usr/share/gocode";

    private GoPrograms() {}

    /** Builds a program into {@code directory}; every workload can run it there. */
    public static Path build(Path directory, String name) throws IOException, InterruptedException {
        return build(directory, name, Map.of());
    }

    /** The same, of a program that needs no library of the system: it runs in a container of any image. */
    public static Path buildStatic(Path directory, String name) throws IOException, InterruptedException {
        return build(directory, name, Map.of("CGO_ENABLED", "0"));
    }

    private static Path build(Path directory, String name, Map<String, String> more)
            throws IOException, InterruptedException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program = directory.resolve(name);
        Path cache = Files.createDirectories(INTEROP.resolve("target/go-cache"));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("GO111MODULE", "off");
        environment.put("GOPATH", SOURCES_OF_THE_DISTRIBUTION);
        environment.put("GOCACHE", cache.toString());
        environment.put("GOFLAGS", "");
        Shell.run(List.of(Programs.find("go"), "build", "-o", program.toString(), sources(name)), environment, BUILD)
                .ok();
        return program;
    }

    private static String sources(String name) {
        return INTEROP.resolve("src/main/go").resolve(name).resolve("main.go").toString();
    }
}

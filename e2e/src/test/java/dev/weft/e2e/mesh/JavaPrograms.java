package dev.weft.e2e.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Programs on Java libraries of others, from {@code interop}.
 *
 * @param copies where they run from: a workload's own user may not read the checkout, or Maven's folder
 */
public record JavaPrograms(Path copies) {

    private static final Path INTEROP =
            Path.of("../interop/target").toAbsolutePath().normalize();
    private static final Duration COPY = Duration.ofMinutes(3);

    /** Copies them and their libraries into a folder, where every workload can run them. */
    public static JavaPrograms copy(Path directory) throws IOException, InterruptedException {
        Path copies = Files.createDirectory(directory.resolve("java"));
        List<String> copy = new ArrayList<>(List.of("cp", "-r"));
        copy.add(INTEROP.resolve("classes").toString());
        copy.addAll(
                List.of(Files.readString(INTEROP.resolve("classpath")).strip().split(":", -1)));
        copy.add(copies.toString());
        Shell.run(copy, Map.of(), COPY).ok();
        Shell.run("chmod", "-R", "a+rX", directory.toString()).ok();
        return new JavaPrograms(copies);
    }

    /** The command line of a program of the package {@code dev.weft.interop}. */
    public String[] command(String program, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                copies.resolve("classes") + ":" + copies.resolve("*"),
                "dev.weft.interop." + program));
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    /** The same as YAML. */
    public String yaml(String program, String... arguments) {
        return "[\"" + String.join("\", \"", command(program, arguments)) + "\"]";
    }
}

package dev.weft.local.supervisor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The jars that a program of the mesh runs from, and the cache of its classes (JEP 483, 514) that the build made beside them.
 * A cache holds for one sequence of jars only, so the build and the mesh take it from here.
 */
enum ClassCache {
    /** Of the sidecar, which needs few of the jars: no Bouncy Castle, and no Jackson. */
    SIDECAR(
            "sidecar.aot",
            "(weft-(api|identity|policy|daemon|proxy)|netty|nimbus-jose-jwt|protobuf-javalite|slf4j-api|logback)-.*"),
    /** Of what loads the capture rules in a pod, and ends. */
    INIT("init.aot", "weft-(policy|daemon|proxy)-.*"),
    /** Of the control plane. */
    CONTROL("control.aot", ".*"),
    /** Of the command, whose script names all jars in this order too. */
    COMMAND("weft.aot", ".*");

    private final String fileName;
    private final String jars;

    /** @param jars which names of files it needs, a regular expression */
    ClassCache(String fileName, String jars) {
        this.fileName = fileName;
        this.jars = jars;
    }

    /** What of this class path the program needs, in a fixed order; all of it when it is not made of jars, as in tests. */
    String classPath(String all) {
        List<Path> entries = entries(all);
        if (!allJars(entries)) {
            return all;
        }
        return String.join(
                File.pathSeparator,
                entries.stream()
                        .filter(jar -> jar.getFileName().toString().matches(jars))
                        .sorted(Comparator.comparing(jar -> jar.getFileName().toString()))
                        .map(Path::toString)
                        .toList());
    }

    /** The cache that belongs to this class path, if the build made one. */
    Optional<Path> file(String all) {
        List<Path> entries = entries(all);
        if (!allJars(entries)) {
            return Optional.empty();
        }
        return Optional.ofNullable(entries.getFirst().getParent())
                .map(lib -> lib.resolveSibling(fileName))
                .filter(Files::isRegularFile);
    }

    /** The folder of the native libraries that belong to this class path, if the build made one. */
    static Optional<Path> libraries(String all) {
        List<Path> entries = entries(all);
        return allJars(entries)
                ? Optional.ofNullable(entries.getFirst().getParent())
                        .map(lib -> lib.resolveSibling("native"))
                        .filter(Files::isDirectory)
                : Optional.empty();
    }

    /** The cache's name, in the folder that holds the folder of jars. */
    String fileName() {
        return fileName;
    }

    private static boolean allJars(List<Path> entries) {
        return entries.stream().allMatch(entry -> entry.toString().endsWith(".jar"));
    }

    private static List<Path> entries(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).map(Path::of).toList();
    }
}

package dev.weft.local.supervisor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of the mesh that have a class cache (JEP 483, 514), with the jars that each needs. The build creates the
 * caches next to the jars. A cache is valid for one sequence of jars only, so the build and the mesh both use this
 * class.
 */
enum ClassCache {
    /** The sidecar, which needs few of the jars: no Bouncy Castle, and no Jackson. */
    SIDECAR(
            "sidecar.aot",
            "(weft-(api|identity|policy|daemon|proxy)|netty|nimbus-jose-jwt|protobuf-javalite|slf4j-api|logback)-.*"),
    /** The program that loads the capture rules in a pod, and ends. */
    INIT("init.aot", "weft-(policy|daemon|proxy)-.*"),
    CONTROL("control.aot", ".*"),
    /** The command {@code weft}, whose script lists all jars in the same order. */
    COMMAND("weft.aot", ".*");

    private final String fileName;
    private final String jars;

    /** @param jars regular expression for the file names of the jars that it needs */
    ClassCache(String fileName, String jars) {
        this.fileName = fileName;
        this.jars = jars;
    }

    /**
     * Returns the part of this class path that the program needs, in a fixed order. If the class path does not consist
     * of jars, as in tests, returns all of it.
     */
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

    /** Returns the cache for this class path; empty if the build made none. */
    Optional<Path> file(String all) {
        List<Path> entries = entries(all);
        if (!allJars(entries)) {
            return Optional.empty();
        }
        return Optional.ofNullable(entries.getFirst().getParent())
                .map(lib -> lib.resolveSibling(fileName))
                .filter(Files::isRegularFile);
    }

    /** Returns the directory of the native libraries for this class path; empty if the build made none. */
    static Optional<Path> libraries(String all) {
        List<Path> entries = entries(all);
        return allJars(entries)
                ? Optional.ofNullable(entries.getFirst().getParent())
                        .map(lib -> lib.resolveSibling("native"))
                        .filter(Files::isDirectory)
                : Optional.empty();
    }

    /** The cache's file name. The file is in the parent of the directory of jars. */
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

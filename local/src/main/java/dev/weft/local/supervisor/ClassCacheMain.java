package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Path;

/** Creates the class caches of the programs of a mesh, when the build runs it. */
public final class ClassCacheMain {
    private ClassCacheMain() {}

    /**
     * The arguments are the directory for the caches, which also holds the directory of jars, and a file for the output
     * of the programs.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path runtime = Path.of(System.getProperty("java.home"));
        String classPath = System.getProperty("java.class.path");
        new CacheTraining(Path.of(arguments[0]), classPath, Path.of(arguments[1]), runtime, true).makeCaches();
    }
}

package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Path;

/** Makes the class caches of the programs of a mesh; the build runs it. */
public final class ClassCacheMain {
    private ClassCacheMain() {}

    /** Arguments: the folder that gets the caches and holds the folder of jars, and a file for what the programs say. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path runtime = Path.of(System.getProperty("java.home"));
        String classPath = System.getProperty("java.class.path");
        new Rehearsal(Path.of(arguments[0]), classPath, Path.of(arguments[1]), runtime, true).makeCaches();
    }
}

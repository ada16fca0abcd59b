package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files that the repository holds and that are made from the manifests. With {@code -Dweft.golden.write=true} the tests write them
 * instead of comparing; what changed is then to be read and committed.
 */
final class Goldens {

    private static final String SWITCH = "weft.golden.write";

    private Goldens() {}

    /** Holds that a folder has exactly these files, by their paths within it, with these texts. */
    static void check(Path folder, Map<String, String> files) throws IOException {
        if (Boolean.getBoolean(SWITCH)) {
            write(folder, files);
        }
        assertThat(paths(folder)).as("files of %s", folder).isEqualTo(new TreeSet<>(files.keySet()));
        for (Map.Entry<String, String> file : files.entrySet()) {
            assertThat(Files.readString(folder.resolve(file.getKey())))
                    .as("%s; -D%s=true writes it", folder.resolve(file.getKey()), SWITCH)
                    .isEqualTo(file.getValue());
        }
    }

    private static void write(Path folder, Map<String, String> files) throws IOException {
        Files.createDirectories(folder);
        for (String old : paths(folder)) {
            if (!files.containsKey(old)) {
                Files.delete(folder.resolve(old));
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static Set<String> paths(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Set<String> paths = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> paths.add(folder.relativize(file).toString()));
            return paths;
        }
    }
}

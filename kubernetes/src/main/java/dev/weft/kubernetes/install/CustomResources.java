package dev.weft.kubernetes.install;

import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The definitions of the kinds of {@code weft.dev}, one file each, in a folder of resources. */
final class CustomResources {

    private static final String FOLDER = "dev/weft/kubernetes/crds";

    private CustomResources() {}

    /**
     * All definitions, in the order of their files' names.
     *
     * @throws IllegalStateException if there are none: then this build is incomplete
     */
    static List<Map<String, Object>> trees() {
        return trees(FOLDER);
    }

    static List<Map<String, Object>> trees(String folder) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (String file : files(folder)) {
            trees.addAll(YamlText.resource(CustomResources.class, "/" + folder + "/" + file));
        }
        if (trees.isEmpty()) {
            throw new IllegalStateException(
                    "no definitions of the kinds of weft.dev in " + folder + " (expected: a file for each kind)");
        }
        return trees;
    }

    private static List<String> files(String folder) {
        @Nullable URL found = CustomResources.class.getClassLoader().getResource(folder);
        if (found == null) {
            return List.of();
        }
        try {
            URLConnection connection = found.openConnection();
            List<String> names = connection instanceof JarURLConnection jar
                    ? inJar(jar, folder + "/")
                    : inFolder(Path.of(found.toURI()));
            return names.stream()
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(folder, e);
        }
    }

    private static List<String> inJar(JarURLConnection connection, String folder) throws IOException {
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith(folder))
                    .map(name -> name.substring(folder.length()))
                    .toList();
        }
    }

    private static List<String> inFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}

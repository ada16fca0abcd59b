package dev.weft.kubernetes.install;

import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        List<Map<String, Object>> trees = new ArrayList<>();
        for (String file : files()) {
            trees.addAll(YamlText.resource(CustomResources.class, "/" + FOLDER + "/" + file));
        }
        if (trees.isEmpty()) {
            throw new IllegalStateException(
                    "no definitions of the kinds of weft.dev in " + FOLDER + " (expected: a file for each kind)");
        }
        return trees;
    }

    private static List<String> files() {
        @Nullable URL folder = CustomResources.class.getClassLoader().getResource(FOLDER);
        if (folder == null) {
            return List.of();
        }
        try {
            URLConnection connection = folder.openConnection();
            return (connection instanceof JarURLConnection jar ? inJar(jar) : inFolder(folder.toURI()))
                    .stream().filter(name -> name.endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(FOLDER, e);
        }
    }

    private static List<String> inJar(JarURLConnection connection) throws IOException {
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(FOLDER + "/"))
                    .map(name -> name.substring(FOLDER.length() + 1))
                    .toList();
        }
    }

    private static List<String> inFolder(URI folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}

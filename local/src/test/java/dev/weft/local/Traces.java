package dev.weft.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a mesh may leave on a machine: processes that name its state directory or sleep in its pods, mounts and files below its
 * parent, and links and rules of the host's own network namespace.
 */
record Traces(
        NavigableSet<String> processes,
        NavigableSet<String> mounts,
        NavigableSet<String> files,
        NavigableSet<String> links) {

    static Traces of(Path home) throws IOException {
        NavigableSet<String> files = files(home);
        NavigableSet<String> mounts = new TreeSet<>(Files.readAllLines(Path.of("/proc/self/mounts")));
        // A cluster on the same machine may have pods with volumes of ours.
        mounts.removeIf(mount ->
                (!mount.contains("weft") || mount.contains("kubernetes.io~")) && !mount.contains(home.toString()));
        NavigableSet<String> links = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            String name = line.strip().split("[:|]", 2)[0];
            if (name.startsWith("weft") || name.startsWith("pod") || name.startsWith("mesh")) {
                links.add(name);
            }
        }
        return new Traces(processes(home), mounts, files, links);
    }

    private static NavigableSet<String> files(Path home) throws IOException {
        NavigableSet<String> files = new TreeSet<>();
        if (Files.exists(home)) {
            try (Stream<Path> all = Files.walk(home)) {
                all.filter(file -> !file.equals(home)).map(Path::toString).forEach(files::add);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                files.add("gone while it was read: "
                        + e.getMessage()); // it is being taken down: whoever waits looks again
            }
        }
        return files;
    }

    private static NavigableSet<String> processes(Path home) throws IOException {
        NavigableSet<String> found = new TreeSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String command = read(process.resolve("cmdline"));
                boolean ours = command.contains(home.toString());
                if (ours
                        && !process.endsWith(
                                Long.toString(ProcessHandle.current().pid()))) {
                    found.add(process.getFileName() + " " + command.replace('\0', ' '));
                }
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}

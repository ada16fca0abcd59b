package dev.weft.files.registry;

import dev.weft.files.yaml.FileError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files and folders of a registry, and which files there are. A file that vanishes from its folder is gone; a folder that
 * cannot be listed, is not there, has too many files or is another one and empty (as under a mount that is away) takes
 * nothing along. Guarded by the registry's lock.
 */
final class Sources {

    /** Files of one folder. */
    static final int MAX_FILES = 10_000;

    private static final String FOLDER = "WEFT-C097";

    private final List<Path> sources;
    private final Map<Path, Long> inodes = new HashMap<>();
    /** Since when something is out of the ordinary with a folder. */
    private final Map<Path, Long> oddSince = new HashMap<>();

    private final List<FileError> errors = new ArrayList<>();

    Sources(Collection<Path> sources) {
        this.sources = List.copyOf(sources);
    }

    /** Says which inode each folder had in a former process. */
    void had(Map<Path, Long> folders) {
        folders.forEach((folder, inode) -> {
            if (sources.contains(folder)) {
                inodes.put(folder, inode);
            }
        });
    }

    /** The inode that each folder had when its files were seen last. */
    Map<Path, Long> inodes() {
        return inodes;
    }

    /** What is wrong with folders. */
    List<FileError> errors() {
        return List.copyOf(errors);
    }

    /** Whether a folder has become odd and it is too early to say what that means. */
    boolean unsettled() {
        return !oddSince.isEmpty() && errors.isEmpty();
    }

    List<Path> all() {
        return sources;
    }

    /** Whether the file is a source, or directly in one. */
    boolean covers(Path file) {
        return sources.contains(file) || (file.getParent() != null && sources.contains(file.getParent()));
    }

    /**
     * The files that there are, or that count as being there.
     *
     * @param known those that there were
     */
    List<Path> look(Set<Path> known, Pace pace, long now) {
        errors.clear();
        List<Path> present = new ArrayList<>();
        for (Path source : sources) {
            List<Path> before = known.stream()
                    .filter(file -> source.equals(file.getParent()))
                    .sorted()
                    .toList();
            if (Files.isDirectory(source)) {
                present.addAll(files(source, before, pace, now));
            } else if (before.isEmpty()) {
                present.add(source);
            } else {
                odd(source, pace, now, "the folder is not there, so what its files said stays in force");
                present.addAll(before);
            }
        }
        return present;
    }

    private List<Path> files(Path folder, List<Path> before, Pace pace, long now) {
        List<Path> listed;
        long inode;
        try (Stream<Path> entries = Files.list(folder)) {
            inode = (Long) Objects.requireNonNull(Files.getAttribute(folder, "unix:ino"), "inode");
            listed = entries.filter(Sources::isYaml).sorted().toList();
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            odd(folder, pace, now, "the folder cannot be listed, so what its files said stays in force: " + e);
            return before;
        }
        if (listed.size() > MAX_FILES) {
            errors.add(new FileError(
                    folder,
                    0,
                    FOLDER + ": " + listed.size() + " files (expected: at most " + MAX_FILES
                            + " in a folder), so those that are new do not count"));
            Set<Path> there = new HashSet<>(listed);
            return before.stream().filter(there::contains).toList();
        }
        if (!listed.isEmpty() || before.isEmpty()) {
            inodes.put(folder, inode);
            oddSince.remove(folder);
            return listed;
        }
        return emptied(folder, inode, before, pace, now);
    }

    private List<Path> emptied(Path folder, long inode, List<Path> before, Pace pace, long now) {
        boolean same = Objects.equals(inodes.get(folder), inode);
        if (!same) {
            odd(
                    folder,
                    pace,
                    now,
                    "the folder is empty and not the one that had the files, as when it is not mounted, so what they"
                            + " said stays in force; to take it back, put a file with a Namespace there");
            return before;
        }
        if (now - oddSince.computeIfAbsent(folder, _ -> now) < pace.settleLess().toNanos()) {
            return before;
        }
        oddSince.remove(folder);
        return List.of();
    }

    /** Most of what is odd is over in a moment: a folder is being replaced by another. */
    private void odd(Path folder, Pace pace, long now, String reason) {
        if (now - oddSince.computeIfAbsent(folder, _ -> now)
                >= pace.settleLess().toNanos()) {
            errors.add(new FileError(folder, 0, FOLDER + ": " + reason));
        }
    }

    static boolean isYaml(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }
}

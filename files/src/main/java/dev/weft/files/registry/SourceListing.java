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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a registry's sources. A file that vanishes from its folder is gone after a moment, in which a
 * program may replace it. But files remain if their folder cannot be listed, is missing, has too many files, or is empty and has another inode (such as a mount point
 * whose mount is away). Guarded by the registry's lock.
 */
final class SourceListing {

    /** Most files in one folder. */
    static final int MAX_FILES = 10_000;

    private static final String FOLDER = "WEFT-C097";

    private final List<Path> sources;
    private final WatchTimings timings;
    private final Map<Path, Long> inodes = new HashMap<>();
    /** The time since when each folder has had a problem. */
    private final Map<Path, Long> problemSince = new HashMap<>();

    /** The time since when each known file is gone from its folder. */
    private final Map<Path, Long> goneSince = new HashMap<>();

    private final Set<Path> vanishing = new HashSet<>();
    /** Whether a file vanished a moment ago. */
    private boolean settling;

    private final List<FileError> errors = new ArrayList<>();

    SourceListing(Collection<Path> sources, WatchTimings timings) {
        this.sources = List.copyOf(sources);
        this.timings = timings;
    }

    /** Sets the inode that each folder had in an earlier process. */
    void setFormerInodes(Map<Path, Long> folders) {
        folders.forEach((folder, inode) -> {
            if (sources.contains(folder)) {
                inodes.put(folder, inode);
            }
        });
    }

    /** Returns the inode that each folder had when its files were last seen. */
    Map<Path, Long> inodes() {
        return inodes;
    }

    /** Returns the problems of folders. */
    List<FileError> errors() {
        return List.copyOf(errors);
    }

    /** Returns the files that are gone, but still count because a program may be about to write them again. */
    Set<Path> vanishing() {
        return Set.copyOf(vanishing);
    }

    /** Whether a file vanished a moment ago, or a folder has a problem that is too recent to report. */
    boolean unsettled() {
        return settling || (!problemSince.isEmpty() && errors.isEmpty());
    }

    List<Path> all() {
        return sources;
    }

    /** Whether the file is a source, or directly in a folder that is a source. */
    boolean covers(Path file) {
        return sources.contains(file) || (file.getParent() != null && sources.contains(file.getParent()));
    }

    /**
     * Returns the files that exist, or that count as existing.
     *
     * @param known the files that existed at the last look
     */
    List<Path> list(Map<Path, WatchedFile> known, long now) {
        errors.clear();
        settling = false;
        vanishing.clear();
        goneSince.keySet().retainAll(known.keySet());
        List<Path> present = new ArrayList<>();
        for (Path source : sources) {
            List<Path> before = known.keySet().stream()
                    .filter(file -> source.equals(file.getParent()))
                    .sorted()
                    .toList();
            if (inForce(known.get(source))) {
                // Also if it is a folder now, as a container engine makes one for a file that it cannot mount.
                present.add(source);
            } else if (Files.isDirectory(source)) {
                present.addAll(files(source, before, known, now));
            } else if (before.isEmpty()) {
                present.add(source);
            } else {
                noteProblem(source, now, "the folder is not there, so what its files said stays in force");
                present.addAll(before);
            }
        }
        return present;
    }

    private List<Path> files(Path folder, List<Path> before, Map<Path, WatchedFile> known, long now) {
        List<Path> listed;
        long inode;
        try (Stream<Path> entries = Files.list(folder)) {
            inode = (Long) Objects.requireNonNull(Files.getAttribute(folder, "unix:ino"), "inode");
            listed = entries.filter(SourceListing::isYaml).sorted().toList();
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            noteProblem(folder, now, "the folder cannot be listed, so what its files said stays in force: " + e);
            return before;
        }
        if (listed.size() > MAX_FILES) {
            errors.add(new FileError(
                    folder,
                    0,
                    FOLDER + ": " + listed.size() + " files (expected: at most " + MAX_FILES
                            + " in a folder), so new files are ignored"));
            return withVanishing(listed, before, known, now).stream()
                    .filter(new HashSet<>(before)::contains)
                    .toList();
        }
        if (!listed.isEmpty() || before.isEmpty()) {
            inodes.put(folder, inode);
        } else if (!Objects.equals(inodes.get(folder), inode)) {
            noteProblem(
                    folder,
                    now,
                    "the folder is empty and is another one than before, for example because it is not mounted, so the"
                            + " content of the former files stays in force; to remove it, put a file with a Namespace"
                            + " there");
            return before;
        }
        problemSince.remove(folder);
        return withVanishing(listed, before, known, now);
    }

    /**
     * Returns the listed files and those that vanished a moment ago: editors, git and programs that copy folders
     * replace a file by deleting it first. A vanished file counts longer while the folder has a file that never was in
     * force: that may be the same file under another name, with a mistake.
     */
    private List<Path> withVanishing(List<Path> listed, List<Path> before, Map<Path, WatchedFile> known, long now) {
        Set<Path> there = new HashSet<>(listed);
        goneSince.keySet().removeAll(there);
        Optional<Path> neverValid = before.stream()
                .filter(there::contains)
                .filter(file -> neverValid(known.get(file)))
                .findFirst();
        for (Path file : before) {
            if (there.contains(file)) {
                continue;
            }
            boolean settled = now - goneSince.computeIfAbsent(file, _ -> now)
                    >= timings.settleLess().toNanos();
            if (!settled) {
                settling = true;
                vanishing.add(file);
            } else if (neverValid.isPresent() && inForce(known.get(file))) {
                vanishing.add(file);
                errors.add(new FileError(
                        file,
                        0,
                        FOLDER + ": the file is gone, and what it said stays in force until "
                                + neverValid.get().getFileName()
                                + " is valid or gone: that may be the same file under another name"));
            }
        }
        return Stream.concat(listed.stream(), before.stream().filter(vanishing::contains))
                .sorted()
                .toList();
    }

    /**
     * Notes a problem of a folder, and reports it if it lasts. Most problems end soon: a folder is just being replaced
     * by another.
     */
    private void noteProblem(Path folder, long now, String reason) {
        if (now - problemSince.computeIfAbsent(folder, _ -> now)
                >= timings.settleLess().toNanos()) {
            errors.add(new FileError(folder, 0, FOLDER + ": " + reason));
        }
    }

    /** Whether something that the file said is in force. */
    private static boolean inForce(@Nullable WatchedFile file) {
        return file != null && file.taken().isPresent();
    }

    /** Whether the file has had a mistake since it was first seen. */
    private static boolean neverValid(@Nullable WatchedFile file) {
        return file != null && file.candidates().isEmpty();
    }

    static boolean isYaml(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }
}

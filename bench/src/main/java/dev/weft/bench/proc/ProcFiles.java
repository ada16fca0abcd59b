package dev.weft.bench.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code /proc}. The bench runs in its own PID namespace, so every visible process belongs to it, including
 * processes in nested namespaces.
 */
public final class ProcFiles {
    private final Path root;

    /** Reads from this folder, which is {@code /proc} except in tests. */
    public ProcFiles(Path root) {
        this.root = root;
    }

    /** Returns the machine's CPU time so far. */
    public MachineCpu machine() {
        try {
            return MachineCpu.parse(Files.readString(root.resolve("stat")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns every process of this PID namespace, without processes that end meanwhile. */
    public List<ProcessStat> processes() {
        List<ProcessStat> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path folder : folders) {
                read(folder.resolve("stat")).map(ProcessStat::parse).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Returns the arguments of a process; empty if it has ended. */
    public List<String> arguments(int pid) {
        return read(root.resolve(Integer.toString(pid)).resolve("cmdline"))
                .map(text -> List.of(text.split("\0")))
                .orElse(List.of());
    }

    /**
     * Returns the memory of a process.
     *
     * @throws IllegalStateException if it has ended
     */
    public Memory memory(int pid) {
        return read(root.resolve(Integer.toString(pid)).resolve("smaps_rollup"))
                .map(Memory::parse)
                .orElseThrow(() -> new IllegalStateException("process " + pid + ": gone (expected: running)"));
    }

    /** Returns these processes and all their descendants. */
    public static Set<Integer> tree(Collection<Integer> roots, List<ProcessStat> processes) {
        Set<Integer> members = new HashSet<>(roots);
        boolean grew = true;
        while (grew) {
            grew = false;
            for (ProcessStat process : processes) {
                grew |= members.contains(process.parent()) && members.add(process.pid());
            }
        }
        return members;
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException _) {
            // The process ended between listing and reading. By then its CPU time is in its parent's figures.
            return Optional.empty();
        }
    }
}

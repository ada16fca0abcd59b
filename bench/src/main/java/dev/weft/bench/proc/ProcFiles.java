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
 * Reads {@code /proc}. The bench runs in a pid namespace of its own, so every process seen there is one of ours, those of
 * namespaces below it included.
 */
public final class ProcFiles {
    private final Path root;

    /** Reads from the folder given, {@code /proc} but for tests. */
    public ProcFiles(Path root) {
        this.root = root;
    }

    /** The machine's CPU time so far. */
    public MachineCpu machine() {
        try {
            return MachineCpu.parse(Files.readString(root.resolve("stat")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every process of this pid namespace; one that ends meanwhile is left out. */
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

    /** The arguments a process was started with; empty for one that is gone. */
    public List<String> arguments(int pid) {
        return read(root.resolve(Integer.toString(pid)).resolve("cmdline"))
                .map(text -> List.of(text.split("\0")))
                .orElse(List.of());
    }

    /**
     * Memory of a process.
     *
     * @throws IllegalStateException if it is gone
     */
    public Memory memory(int pid) {
        return read(root.resolve(Integer.toString(pid)).resolve("smaps_rollup"))
                .map(Memory::parse)
                .orElseThrow(() -> new IllegalStateException("process " + pid + ": gone (expected: running)"));
    }

    /** The processes given and everything that descends from them. */
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
            // The process ended between the listing and the reading: its time is in its parent's figures by then.
            return Optional.empty();
        }
    }
}

package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The disk that the state of a mesh is on. It is full at times, and slow at times: then each write waits until the kernel thaws the
 * file system, which it does for a moment only. It is ext4 in a file, or, where that cannot be mounted, memory that is never slow.
 */
final class Disk implements AutoCloseable {

    private static final String SIZE = "64m";
    /** A write hangs for as long, at least and at most. */
    private static final double SHORTEST_HANG = 0.5;

    private static final double LONGEST_HANG = 3;
    /** What must be written gets through in between. */
    private static final double BREATH = 0.2;
    /** It ends by itself should nobody end it. */
    private static final int MOST_HANGS = 60;

    private static final Duration ENDS = Duration.ofSeconds(60);

    private final Path mounted;
    private final Optional<String> cannotBeSlow;
    private @Nullable Running hanging;

    private Disk(Path mounted, Optional<String> cannotBeSlow) {
        this.mounted = mounted;
        this.cannotBeSlow = cannotBeSlow;
    }

    /** A new disk, mounted below this directory. */
    static Disk mount(Path directory) throws IOException, InterruptedException {
        Path image = directory.resolve("disk.ext4");
        Path mounted = Files.createDirectories(directory.resolve("disk"));
        Ran ext4 = sh(
                "truncate -s \"$1\" \"$2\" && mkfs.ext4 -q -m 0 \"$2\" && mount -o loop \"$2\" \"$3\" && fsfreeze -f \"$3\" && fsfreeze -u \"$3\"",
                SIZE,
                image.toString(),
                mounted.toString());
        if (ext4.exit() == 0) {
            return new Disk(mounted, Optional.empty());
        }
        sh("mountpoint -q \"$1\" && umount \"$1\"", mounted.toString());
        Shell.run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "weft-chaos", mounted.toString())
                .ok();
        return new Disk(
                mounted,
                Optional.of("an ext4 file system in a file cannot be mounted or frozen: "
                        + ext4.err().strip()));
    }

    /** A folder on it. */
    Path folder() throws IOException {
        return Files.createDirectories(mounted.resolve("home"));
    }

    void fill() throws IOException, InterruptedException {
        // Fails, as it must, when there is no more room.
        Shell.run("dd", "if=/dev/zero", "of=" + filler(), "bs=64k", "status=none")
                .failed();
    }

    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return mounted.resolve("filler");
    }

    /** Why it is never slow; empty if it can be. */
    Optional<String> cannotBeSlow() {
        return cannotBeSlow;
    }

    /** From now on each write hangs, the longer the greater the severity. */
    void slowDown(double severity) throws IOException {
        double hang = SHORTEST_HANG + severity * (LONGEST_HANG - SHORTEST_HANG);
        Files.createFile(slow());
        hanging = Shell.start(
                List.of(
                        "sh",
                        "-c",
                        "n=0; while [ -e \"$2\" ] && [ $n -lt $5 ]; do fsfreeze -f \"$1\"; sleep $3; fsfreeze -u \"$1\"; sleep $4; n=$((n + 1)); done",
                        "slow-disk",
                        mounted.toString(),
                        slow().toString(),
                        Double.toString(hang),
                        Double.toString(BREATH),
                        Integer.toString(MOST_HANGS)),
                Map.of());
    }

    /** As quick as before; returns when no write hangs any more. */
    void speedUp() throws IOException, InterruptedException {
        Files.deleteIfExists(slow());
        if (hanging != null) {
            assertThat(hanging.exit(ENDS)).as(hanging.printed()).isZero();
            hanging.close();
            hanging = null;
        }
    }

    /** It is slow for as long as this file is there, which is not on it. */
    private Path slow() {
        return mounted.resolveSibling("disk-is-slow");
    }

    @Override
    public void close() throws IOException {
        try {
            speedUp();
            free();
            sh("if mountpoint -q \"$1\"; then umount -l \"$1\"; fi", mounted.toString())
                    .ok();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while unmounting " + mounted, e);
        }
    }

    private static Ran sh(String script, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", "-c", script, "disk"));
        line.addAll(List.of(arguments));
        return Shell.run(line.toArray(String[]::new));
    }
}

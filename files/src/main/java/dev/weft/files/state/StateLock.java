package dev.weft.files.state;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock that gives one process exclusive use of a state directory. The kernel releases the lock when the process ends,
 * for whatever reason; the lock file remains.
 */
public final class StateLock implements AutoCloseable {

    private static final String FILE = "lock";
    private static final int MAX_HOLDER = 32;

    private final Path directory;
    private final FileChannel channel;
    private final Object key;

    private StateLock(Path directory, FileChannel channel, Object key) {
        this.directory = directory;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Takes the lock.
     *
     * @param directory the state directory; created with mode 0700 if it does not exist
     * @throws StateException if another control plane holds the lock, or others may write into the directory
     */
    public static StateLock take(Path directory) throws IOException {
        PrivateFiles.createDirectory(directory);
        CheckedFiles.checkDirectory(directory);
        Path file = directory.resolve(FILE);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                asFileAttribute(PrivateFiles.PRIVATE));
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new StateException("WEFT-C095: state directory " + directory
                        + " is in use by another control plane" + holder(channel) + ": stop that one first");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new StateLock(directory, channel, key(file));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // this process itself holds it
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(MAX_HOLDER);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,10}") ? ", process " + text : "";
    }

    private static Object key(Path file) throws IOException {
        return Objects.requireNonNull(Files.getAttribute(file, "unix:ino"), "inode");
    }

    /** Returns the problems of the directory while it is in use: whether it, or a file that must exist, is gone. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        try {
            if (!key(directory.resolve(FILE)).equals(key)) {
                problems.add("WEFT-C096: state directory " + directory + " was replaced while the control plane runs");
            }
            SealedFile.missing(directory)
                    .forEach(name -> problems.add("WEFT-C096: " + directory.resolve(name) + " was deleted while the"
                            + " control plane runs: the next start needs it"));
        } catch (NoSuchFileException _) {
            problems.add("WEFT-C096: state directory " + directory + " was deleted while the control plane runs: put it"
                    + " back from a copy before the next start");
        } catch (IOException e) {
            problems.add("WEFT-C096: state directory " + directory + " cannot be read: " + e);
        }
        return problems;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.state.SealedFile;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of descents, one per line, to which more are appended. The first line states how many bytes are known to be on
 * disk: a shorter file was cut off, even if the cut is between two lines. The first line lags behind the last wait for
 * the disk, and catches up in {@link AppendedDescents#tidy}, so a power failure leaves no file that looks damaged.
 *
 * <p>A file that was written once must exist from then on, like a {@link SealedFile} that lasts. A file of an earlier
 * version has no first line; it is read, and rewritten with one.
 */
final class DescentFile implements AutoCloseable {

    /** Waits until what was written to a file is on disk. */
    @FunctionalInterface
    interface DiskSync {

        /** Asks the kernel. */
        DiskSync KERNEL = channel -> channel.force(false);

        /** Throws an IOException if it is not known which of the content is on disk. */
        void force(FileChannel channel) throws IOException;
    }

    private static final String HEADER_START = "# weft";
    private static final Pattern HEADER =
            Pattern.compile("# weft descents, bytes at least ([0-9]{16}), checksum ([0-9a-f]{8})\n");
    private static final int HEADER_BYTES = header(0).length();

    /** Offset of the first descent. */
    static final long START = HEADER_BYTES;

    private final Path file;
    private final FileChannel channel;
    private final DiskSync sync;
    private final Object key;
    /** Offset at which the next line begins. */
    private long end;
    /** Number of bytes that the first line states. */
    private long statedBytes;
    /** Whether a failed append may have left part of a line. */
    private boolean torn;

    private DescentFile(Path file, FileChannel channel, DiskSync sync, long end) throws IOException {
        this.file = file;
        this.key = key(file);
        this.channel = channel;
        this.sync = sync;
        this.end = end;
        this.statedBytes = end;
    }

    /**
     * Reads the descents of the file; none if the file never existed.
     *
     * @throws StateException if the file is damaged or missing: certificates that are revoked because of it would be
     *     trusted again
     */
    static void read(Path file, Consumer<Descent> found) throws IOException {
        boolean lasts = SealedFile.isMarked(directory(file), name(file));
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            if (lasts) {
                throw damaged(file, "it is missing");
            }
            return;
        }
        Matcher first = HEADER.matcher(text);
        if (first.lookingAt() && header(Long.parseLong(first.group(1))).equals(first.group())) {
            readLines(file, text, HEADER_BYTES, Long.parseLong(first.group(1)), found);
        } else if (lasts || text.startsWith(HEADER_START)) {
            throw damaged(file, "its first line is damaged");
        } else {
            readLines(file, text, 0, 0, found);
        }
    }

    private static void readLines(Path file, String text, int start, long syncedBytes, Consumer<Descent> found) {
        if (text.length() < syncedBytes) {
            throw damaged(
                    file,
                    "it was cut off: it has " + text.length() + " bytes (expected: at least " + syncedBytes + ")");
        }
        int at = start;
        while (at < text.length()) {
            int lineBreak = text.indexOf('\n', at);
            int next = lineBreak < 0 ? text.length() : lineBreak + 1;
            Optional<Descent> descent = Descent.read(text.substring(at, lineBreak < 0 ? next : lineBreak));
            if (descent.isPresent()) {
                found.accept(descent.get());
            } else if (next < text.length() || at < syncedBytes) {
                throw damaged(
                        file,
                        "line " + (text.substring(0, at).lines().count() + 1) + " (expected: in each line a"
                                + " certificate's descent and its checksum)");
            }
            // The last line may be incomplete: its certificate was not handed out.
            at = next;
        }
    }

    private static StateException damaged(Path file, String how) {
        return new StateException("WEFT-C093: " + file + " is damaged or missing: " + how
                + ". Restore it from a copy; to continue without it, delete it and "
                + SealedFile.mark(directory(file), name(file))
                + ", and revoke identities where only certificates are revoked");
    }

    /** Writes the file again with these descents, and opens it for further ones. */
    static DescentFile write(Path file, List<Descent> descents, DiskSync sync) throws IOException {
        StringBuilder lines = new StringBuilder();
        descents.forEach(descent -> lines.append(descent.line()));
        long length = HEADER_BYTES + (long) lines.length();
        PrivateFiles.replace(file, header(length) + lines, PrivateFiles.PRIVATE);
        SealedFile.markPresent(directory(file), name(file));
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new DescentFile(file, channel.position(length), sync, length);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static Object key(Path file) throws IOException {
        return requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "a file has a key");
    }

    /** Whether the path still leads to this file: it was not replaced, and nobody deleted it. */
    boolean isInPlace() {
        try {
            return key.equals(key(file));
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Appends a descent. It is certain to be on disk only after {@link #force}; after a failure it is not in the file.
     */
    synchronized void append(Descent descent) throws IOException {
        if (torn) {
            channel.truncate(end).position(end);
            torn = false;
        }
        ByteBuffer line = bytes(descent.line());
        int length = line.remaining();
        torn = true;
        while (line.hasRemaining()) {
            channel.write(line);
        }
        torn = false;
        end += length;
    }

    /** Returns the present length of the file, in bytes. */
    synchronized long end() {
        return end;
    }

    /**
     * Waits until all appended lines are on disk. Before that it writes to the first line that {@code syncedBytes}
     * bytes are on disk already.
     */
    void force(long syncedBytes) throws IOException {
        if (syncedBytes > statedBytes) {
            ByteBuffer first = bytes(header(syncedBytes));
            while (first.hasRemaining()) {
                channel.write(first, first.position());
            }
            statedBytes = syncedBytes;
        }
        sync.force(channel);
    }

    /** Whether the first line states fewer bytes than are on disk, {@code syncedBytes}. */
    boolean lagsBehind(long syncedBytes) {
        return syncedBytes > statedBytes;
    }

    /**
     * Reads the lines between two offsets back, also if another file has taken this one's place.
     *
     * @throws StateException if one is damaged or missing
     */
    List<Descent> lines(long from, long until) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(until));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        List<Descent> lines = new ArrayList<>();
        readLines(file, text, Math.toIntExact(from), until, lines::add);
        return lines;
    }

    private static String header(long syncedBytes) {
        String said = "# weft descents, bytes at least %016d".formatted(syncedBytes);
        return "%s, checksum %08x\n".formatted(said, Descent.crc(said));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Path directory(Path file) {
        return requireNonNull(file.toAbsolutePath().getParent(), "a file in a directory");
    }

    private static String name(Path file) {
        return requireNonNull(file.getFileName(), "a file").toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}

package dev.weft.local.inspect;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a log that another process appends to, piece by piece. A file that got shorter was started again, and is read
 * from its start.
 */
public final class FollowedFile {

    /** A line longer than this is passed on in pieces. */
    private static final int MAX_LINE_BYTES = 1 << 20;

    private static final int READ_BYTES = 1 << 16;

    private final Path file;
    private long position;
    private byte[] begun = new byte[0];

    /** Follows a file from its start. */
    public FollowedFile(Path file) {
        this(file, 0);
    }

    private FollowedFile(Path file, long position) {
        this.file = file;
        this.position = position;
    }

    /** Follows a file from its present end. */
    public static FollowedFile fromEnd(Path file) throws IOException {
        return new FollowedFile(file, Files.exists(file) ? Files.size(file) : 0);
    }

    /** Returns the lines that were completed since the last call; none while the file does not exist. */
    public List<String> newLines() throws IOException {
        List<String> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
            if (from.length() < position) {
                position = 0;
                begun = new byte[0];
            }
            from.seek(position);
            byte[] buffer = new byte[READ_BYTES];
            int read;
            while ((read = from.read(buffer)) > 0) {
                position += read;
                split(buffer, read, lines);
            }
        }
        return lines;
    }

    private void split(byte[] bytes, int length, List<String> lines) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                lines.add(line(bytes, start, i));
                start = i + 1;
            }
        }
        begun = joined(bytes, start, length);
        if (begun.length > MAX_LINE_BYTES) {
            lines.add(new String(begun, StandardCharsets.UTF_8));
            begun = new byte[0];
        }
    }

    private String line(byte[] bytes, int start, int end) {
        byte[] whole = joined(bytes, start, end);
        begun = new byte[0];
        return new String(whole, StandardCharsets.UTF_8);
    }

    private byte[] joined(byte[] bytes, int start, int end) {
        byte[] whole = Arrays.copyOf(begun, begun.length + end - start);
        System.arraycopy(bytes, start, whole, begun.length, end - start);
        return whole;
    }
}

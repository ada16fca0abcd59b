package dev.weft.local.inspect;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a log that another process appends to, piece by piece. A file that got shorter was started again, and is read
 * from its start.
 */
public final class FollowedFile {

    /** A line longer than this is passed on in pieces. */
    private static final int MAX_LINE_BYTES = (1 << 20) + (1 << 16);

    private final Path file;
    /** Byte up to which the file was passed on. */
    private long position;
    /** Length of the file at the last call. A file that is shorter now was started again. */
    private long length;

    /** Follows a file from its start. */
    public FollowedFile(Path file) {
        this(file, 0);
    }

    private FollowedFile(Path file, long position) {
        this.file = file;
        this.position = position;
        this.length = position;
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
            if (from.length() < length) {
                position = 0;
            }
            length = from.length();
            while (addLines(from, lines)) {
                // Each call reads the next piece.
            }
        }
        return lines;
    }

    /** Adds the lines that end in the next piece of the file, and returns whether there are any. */
    private boolean addLines(RandomAccessFile from, List<String> lines) throws IOException {
        byte[] piece = new byte[(int) Math.min(MAX_LINE_BYTES, length - position)];
        from.seek(position);
        int read = Channels.newInputStream(from.getChannel()).readNBytes(piece, 0, piece.length);
        int end = read;
        while (end > 0 && piece[end - 1] != '\n') {
            end--;
        }
        if (end > 0) {
            lines.addAll(List.of(new String(piece, 0, end - 1, StandardCharsets.UTF_8).split("\n", -1)));
            position += end;
        } else if (read == MAX_LINE_BYTES) {
            lines.add(new String(piece, StandardCharsets.UTF_8));
            position += read;
        }
        return end > 0 || read == MAX_LINE_BYTES;
    }
}

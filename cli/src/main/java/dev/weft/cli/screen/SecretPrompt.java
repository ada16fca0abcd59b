package dev.weft.cli.screen;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Asks for something that nobody shall read over the shoulder. It asks the terminal itself, wherever standard input and output
 * lead, and does not echo.
 */
public final class SecretPrompt {

    private static final Path TERMINAL = Path.of("/dev/tty");
    private static final int MAX_BYTES = 1024;

    private SecretPrompt() {}

    /**
     * The line that was typed, without its end; empty where the process has no terminal.
     *
     * @param question without colon
     * @throws IOException if the terminal cannot be read, or the line has more than 1024 bytes
     */
    public static Optional<char[]> ask(String question) throws IOException {
        InputStream in;
        try {
            in = Files.newInputStream(TERMINAL);
        } catch (IOException _) {
            // The file is always there; it opens only for a process that has a terminal.
            return Optional.empty();
        }
        try (in;
                OutputStream out = Files.newOutputStream(TERMINAL)) {
            // An interruption while the question stands must not leave a terminal without echo behind.
            Thread restore = Thread.ofPlatform().unstarted(() -> echo(true));
            Runtime.getRuntime().addShutdownHook(restore);
            out.write((question + ": ").getBytes(StandardCharsets.UTF_8));
            out.flush();
            echo(false);
            try {
                return Optional.of(line(in));
            } finally {
                echo(true);
                out.write('\n');
                Runtime.getRuntime().removeShutdownHook(restore);
            }
        }
    }

    private static void echo(boolean on) {
        try {
            new ProcessBuilder("stty", on ? "echo" : "-echo")
                    .redirectInput(new File(TERMINAL.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException _) {
            // No stty: the line is echoed, which is better than no answer at all.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static char[] line(InputStream in) throws IOException {
        byte[] bytes = new byte[MAX_BYTES];
        int length = 0;
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (length == MAX_BYTES) {
                throw new IOException("more than " + MAX_BYTES + " bytes were typed");
            }
            bytes[length++] = (byte) next;
        }
        return decode(bytes, length);
    }

    /** UTF-8 bytes as characters, without a string that stays in memory; the bytes are overwritten. */
    public static char[] decode(byte[] bytes, int length) {
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, length));
        char[] characters = new char[decoded.remaining()];
        decoded.get(characters);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(decoded.array(), '\0');
        return characters;
    }
}

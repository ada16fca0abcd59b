package dev.weft.cli.screen;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Asks the user at the terminal, even where standard input and output are redirected. */
public final class TerminalPrompt {

    private static final Path TERMINAL = Path.of("/dev/tty");
    private static final int MAX_BYTES = 1024;

    private TerminalPrompt() {}

    /**
     * Asks a question, and returns the line that was typed, without its line end; empty where the process has no
     * terminal.
     *
     * @throws UncheckedIOException if the terminal cannot be read, or if the line has more than 1024 bytes
     */
    public static Optional<String> ask(String question) {
        return typed(question, TerminalPrompt::line).map(String::new);
    }

    /**
     * Asks like {@link #ask}, but without echo, for secrets.
     *
     * @throws UncheckedIOException like {@link #ask}
     */
    public static Optional<char[]> secret(String question) {
        return typed(question, TerminalPrompt::withoutEcho);
    }

    private interface Reading {
        char[] read(InputStream in) throws IOException;
    }

    private static Optional<char[]> typed(String question, Reading reading) {
        InputStream in;
        try {
            in = Files.newInputStream(TERMINAL);
        } catch (IOException _) {
            // The file is always there; it opens only for a process that has a terminal.
            return Optional.empty();
        }
        try (in;
                OutputStream out = Files.newOutputStream(TERMINAL)) {
            out.write((question + " ").getBytes(StandardCharsets.UTF_8));
            out.flush();
            return Optional.of(reading.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be read: " + e.getMessage(), e);
        }
    }

    private static char[] withoutEcho(InputStream in) throws IOException {
        // A process that is interrupted at the question must not leave a terminal without echo behind.
        Thread restore = Thread.ofPlatform().unstarted(() -> echo(true));
        Runtime.getRuntime().addShutdownHook(restore);
        echo(false);
        try {
            return line(in);
        } finally {
            echo(true);
            Files.writeString(TERMINAL, "\n", StandardOpenOption.WRITE);
            Runtime.getRuntime().removeShutdownHook(restore);
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

    /** Decodes UTF-8 into characters, without a string that would stay in memory. Overwrites the bytes. */
    public static char[] decode(byte[] bytes, int length) {
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, length));
        char[] characters = new char[decoded.remaining()];
        decoded.get(characters);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(decoded.array(), '\0');
        return characters;
    }
}

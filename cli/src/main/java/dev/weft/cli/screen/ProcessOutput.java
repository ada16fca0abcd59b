package dev.weft.cli.screen;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output of a command. It keeps the first failure to write, which the streams around it do not pass on. */
public final class ProcessOutput extends OutputStream {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private final OutputStream file;
    private final boolean hasReader;
    private @Nullable IOException failure;

    /** Returns standard output of this process. */
    public static ProcessOutput ofProcess() {
        return new ProcessOutput(new FileOutputStream(FileDescriptor.out), isPipe());
    }

    /** @param hasReader whether it is a pipe or a socket: it fails only if its reader is gone */
    public ProcessOutput(OutputStream file, boolean hasReader) {
        this.file = file;
        this.hasReader = hasReader;
    }

    private static boolean isPipe() {
        try {
            String kind = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return kind.startsWith("pipe:") || kind.startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int begin, int length) throws IOException {
        try {
            file.write(bytes, begin, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /** Returns why the output is incomplete. Empty also if its reader wanted no more, as {@code head} does. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure).filter(_ -> !hasReader).map(e -> String.valueOf(e.getMessage()));
    }
}

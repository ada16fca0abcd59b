package dev.weft.cli.screen;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output of a command. It keeps the first failure to write, which the streams around it do not pass on. */
public final class ProcessOutput extends OutputStream {

    private final OutputStream file;
    private @Nullable IOException failure;

    /** Returns standard output of this process. */
    public static ProcessOutput ofProcess() {
        return new ProcessOutput(new FileOutputStream(FileDescriptor.out));
    }

    public ProcessOutput(OutputStream file) {
        this.file = file;
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
        return Optional.ofNullable(failure)
                .map(e -> String.valueOf(e.getMessage()))
                .filter(reason -> !reason.contains("Broken pipe"));
    }
}

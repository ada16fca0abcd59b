package dev.weft.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Leaves this process no file descriptor but those that it has, and gives them back. A process of its own sets the limit:
 * none can be started any more once the descriptors are used up.
 */
final class UsedUpDescriptors implements AutoCloseable {

    private static final String SCRIPT = """
            before=$(prlimit --pid "$0" --nofile --noheadings --output SOFT) || exit
            echo ready
            read -r _
            prlimit --pid "$0" --nofile=3: && echo used up
            read -r _
            prlimit --pid "$0" --nofile="$before": && echo free
            """;

    private final Process process;
    private final Writer to;
    private final BufferedReader from;

    UsedUpDescriptors() throws IOException {
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        SCRIPT,
                        Long.toString(ProcessHandle.current().pid()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = process.outputWriter(StandardCharsets.US_ASCII);
        from = process.inputReader(StandardCharsets.US_ASCII);
        await("ready");
        next("used up");
    }

    private void next(String answer) throws IOException {
        to.write('\n');
        to.flush();
        await(answer);
    }

    private void await(String answer) throws IOException {
        String said = from.readLine();
        if (!answer.equals(said)) {
            throw new IOException("the limit's process says " + said + " (expected: " + answer + ")");
        }
    }

    @Override
    public void close() throws IOException {
        next("free");
        process.destroy();
    }
}

package dev.weft.bench.load;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The main class of the load generator's process. It reads commands, one on each line, and answers {@code result …} or
 * {@code failed …}. It ends at the end of its input.
 */
public final class LoadMain {
    private LoadMain() {}

    /** Prints {@code ready}, then executes commands. */
    public static void main(String[] args) throws IOException, InterruptedException {
        // Standard output carries the answers, so logs go to standard error.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (LoadGenerator generator = new LoadGenerator()) {
            out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(answer(generator, line));
            }
        }
    }

    private static String answer(LoadGenerator generator, String line) throws InterruptedException {
        try {
            return generator.run(LoadCommand.parse(line)).toLine();
        } catch (IllegalArgumentException | IllegalStateException e) {
            return "failed " + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }
}

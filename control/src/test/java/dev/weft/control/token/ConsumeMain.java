package dev.weft.control.token;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** A process that uses a token up when it gets a line, and ends with 0 if it was the one. */
final class ConsumeMain {

    private ConsumeMain() {}

    public static void main(String[] arguments) throws IOException {
        JoinTokens tokens = new JoinTokens(Path.of(arguments[0]), Clock.systemUTC());
        System.out.print("r");
        System.out.flush();
        if (System.in.read() < 0) {
            System.exit(2);
        }
        System.exit(tokens.consume(arguments[1]) instanceof TokenCheck.Accepted ? 0 : 1);
    }
}

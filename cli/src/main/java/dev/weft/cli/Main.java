package dev.weft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command's entry point. */
@Command(
        name = "weft",
        description = "Mutual TLS between workloads, by identity, without a change to the applications.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Command(name = "version", description = "Print the version of weft and of the JVM that runs it.")
    int version() {
        new CommandLine(this).printVersionHelp(System.out);
        return 0;
    }

    static final class Version implements CommandLine.IVersionProvider {

        private static final String RESOURCE = "version.properties";

        @Override
        public String[] getVersion() {
            Properties properties = new Properties();
            try (InputStream in = Objects.requireNonNull(Main.class.getResourceAsStream(RESOURCE), RESOURCE)) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new String[] {"weft " + properties.getProperty("version") + " (JDK " + Runtime.version() + ")"};
        }
    }
}

package dev.weft.cli.command;

import dev.weft.cli.screen.Screen;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "version",
        description = "Print the version of weft, the JVM and the kernel.",
        footer = {"  weft version", "  weft version -o json"})
public final class VersionCommand implements Callable<Integer> {

    /** Set by the start script of a package: a package's version is that of its tag, which the sources do not know. */
    private static final String PROPERTY = "weft.version";

    private static final String RESOURCE = "/dev/weft/cli/version.properties";

    private final Screen screen;

    @Mixin
    private OutputOption output = new OutputOption();

    public VersionCommand(Screen screen) {
        this.screen = screen;
    }

    record Versions(String weft, String jdk, String kernel) {}

    /** Returns the version of this build: that of the package, else that of the sources. */
    public static String weft() {
        String ofPackage = System.getProperty(PROPERTY, "");
        return ofPackage.isEmpty() ? ofSources() : ofPackage;
    }

    private static String ofSources() {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(VersionCommand.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Objects.requireNonNull(properties.getProperty("version"), "version");
    }

    @Override
    public Integer call() {
        Versions versions = new Versions(
                weft(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        output.print(
                screen,
                versions,
                () -> screen.line(
                        "weft " + versions.weft() + " (JDK " + versions.jdk() + ", " + versions.kernel() + ")"));
        return 0;
    }
}

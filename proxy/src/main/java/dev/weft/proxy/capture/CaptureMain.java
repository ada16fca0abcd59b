package dev.weft.proxy.capture;

import dev.weft.daemon.settings.Flag;
import dev.weft.daemon.settings.Flags;
import dev.weft.daemon.settings.GivenFlags;
import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.daemon.text.HostPort;
import dev.weft.policy.model.Cidr;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import dev.weft.proxy.capture.CaptureSettings.Names;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Loads the capture rules into the network namespace that it runs in, and ends. It is the first container of a pod. It
 * has the capability that loading rules takes, so that the sidecar needs none.
 */
public final class CaptureMain {
    private static final String PRINT = "--print";
    private static final int FAILED = 1;
    private static final int USAGE_ERROR = 2;

    /** Most entries in one list of ports or address ranges. */
    static final int MAX_ENTRIES = 4096;

    static final Flags FLAGS = Flags.withVariables(
            "WEFT",
            List.of(
                    Flag.optional(
                            "outbound-port", "PORT", "15001", "loopback port of the sidecar for outbound connections"),
                    Flag.optional("inbound-port", "PORT", "15006", "port of the sidecar for inbound connections"),
                    Flag.optional("tunnel-port", "PORT", "15008", "port of the sidecar for tunnels; not captured"),
                    Flag.optional("uid", "NUMBER", "1056", "user of the sidecar, whose connections are not captured"),
                    Flag.optional(
                            "mark", "NUMBER", "0", "SO_MARK of the sidecar's sockets, not captured either; 0 for none"),
                    Flag.optional(
                            "skip-inbound-ports",
                            "PORTS",
                            "",
                            "ports that others reach without the sidecar, for example 22,9100"),
                    Flag.optional(
                            "skip-outbound-ports", "PORTS", "", "ports of others that are reached without the sidecar"),
                    Flag.optional(
                            "excluded-cidrs",
                            "RANGES",
                            "",
                            "addresses that are reached without the sidecar, for example 10.0.0.0/8"),
                    Flag.optional(
                            "strict", "BOOLEAN", "false", "true: drops datagrams that come in and are not answers"),
                    Flag.optional("udp-ports", "PORTS", "", "UDP ports that strict leaves open"),
                    Flag.optional("nft", "PROGRAM", "nft", "the program that loads the rules")));

    private CaptureMain() {}

    /** Loads the rules. Exit status: 0 once they are in force, 1 when they cannot be loaded, 2 for wrong flags. */
    public static void main(String[] arguments) throws InterruptedException {
        int status = run(List.of(arguments), System.getenv(), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
            throws InterruptedException {
        if (arguments.contains("--help")) {
            out.print(usage());
            return 0;
        }
        List<String> flags = new ArrayList<>(arguments);
        boolean print = flags.remove(PRINT);
        try {
            GivenFlags given = FLAGS.parse(flags, environment);
            CaptureSettings settings = settings(given);
            if (print) {
                out.print(CaptureRules.install(settings));
            } else {
                new Nft(given.text("nft")).load(settings);
                out.println("weft-init: the rules are in force, in the table " + CaptureRules.TABLE);
            }
            return 0;
        } catch (InvalidSettingsException e) {
            err.println("weft-init: " + e.getMessage());
            return USAGE_ERROR;
        } catch (IOException e) {
            err.println("weft-init: " + e.getMessage());
            return FAILED;
        }
    }

    private static String usage() {
        return "Usage: weft-init [--print] [--FLAG VALUE ...]\n\n"
                + "Loads the nftables rules that take this network namespace's TCP to the sidecar.\n"
                + "With --print, prints them instead.\n\n"
                + FLAGS.help()
                + "\nEach flag may be given as an environment variable instead: --udp-ports as WEFT_UDP_PORTS.\n";
    }

    /** Throws InvalidSettingsException if the flags cannot be used. */
    static CaptureSettings settings(GivenFlags given) {
        try {
            return new CaptureSettings(
                    given.value("outbound-port", Integer::parseInt, "a port, 1-65535"),
                    given.value("inbound-port", Integer::parseInt, "a port, 1-65535"),
                    given.value("tunnel-port", Integer::parseInt, "a port, 1-65535"),
                    given.value("mark", Integer::decode, "a number such as 0x1056"),
                    given.value("uid", CaptureMain::uid, "a user's number, 1 or more; root is not a sidecar"),
                    Datagrams.of(given.isTrue("strict"), ports(given, "udp-ports")),
                    Names.NONE,
                    ports(given, "skip-inbound-ports"),
                    ports(given, "skip-outbound-ports"),
                    list(given, "excluded-cidrs", Cidr::parse, "address ranges such as 10.0.0.0/8,fd00::/8"));
        } catch (InvalidSettingsException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingsException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private static OptionalInt uid(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int uid = Integer.parseInt(text);
        if (uid < 1) {
            throw new IllegalArgumentException(text);
        }
        return OptionalInt.of(uid);
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 1 || port > HostPort.MAX_PORT) {
            throw new IllegalArgumentException(text);
        }
        return port;
    }

    private static NavigableSet<Integer> ports(GivenFlags given, String name) {
        return new TreeSet<>(list(given, name, CaptureMain::port, "ports from 1 to 65535, for example 22,9100"));
    }

    private static <T> List<T> list(GivenFlags given, String name, Function<String, T> parse, String expected) {
        return given.value(
                name,
                text -> {
                    List<T> entries = Stream.of(text.split(",", -1))
                            .map(String::strip)
                            .filter(entry -> !text.isBlank())
                            .map(parse)
                            .toList();
                    if (entries.size() > MAX_ENTRIES) {
                        throw new InvalidSettingsException(
                                "--%s: %d entries (expected: at most %d)".formatted(name, entries.size(), MAX_ENTRIES));
                    }
                    return entries;
                },
                expected);
    }
}

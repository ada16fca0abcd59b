package dev.weft.cli.command.trust;

import dev.weft.cli.command.DurationConverter;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.trust.SpkiFingerprint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "init",
        description = "Make a trust anchor, with its key under a passphrase; needs no mesh.",
        footer = {
            "  weft trust init --out anchor/                          # asks for a passphrase",
            "  weft trust init --lifetime 5y --passphrase-file secret.txt",
            "",
            "Keep anchor-key.pem away from every cluster: only 'weft trust sign' and other commands that sign need it.",
        })
final class TrustInitCommand extends SessionCommand {

    private static final int LONGEST_NAME = 64;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "where anchor.pem and anchor-key.pem go. Default: here.")
    private Path directory = Path.of(".");

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            defaultValue = "10y",
            converter = DurationConverter.class,
            description = "how long it lives. Default: ${DEFAULT-VALUE}.")
    private Duration lifetime = Duration.ofDays(3650);

    @Option(
            names = "--common-name",
            paramLabel = "NAME",
            description = "its name, 64 characters at most. Default: Weft anchor and the time.")
    private @Nullable String commonName;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    @Mixin
    private OutputOption output = new OutputOption();

    TrustInitCommand(Session session) {
        super(session);
    }

    /**
     * The document of {@code -o json}.
     *
     * @param keySha256 hash of the public key, hexadecimal
     */
    record Document(
            String subject, String keySha256, Instant notBefore, Instant notAfter, String certificate, String key) {}

    @Override
    public Integer call() {
        NewAnchorFiles files = NewAnchorFiles.in(directory);
        TrustAnchor anchor =
                files.keep(session, passphrase, () -> TrustAnchors.create(name(), positive(lifetime), session.clock()));
        Document document = new Document(
                anchor.certificate().getSubjectX500Principal().getName(),
                SpkiFingerprint.of(anchor.certificate().getPublicKey()).hex(),
                anchor.certificate().getNotBefore().toInstant(),
                anchor.certificate().getNotAfter().toInstant(),
                files.certificate().toString(),
                files.key().toString());
        output.print(session.screen(), document, () -> print(session.screen(), document));
        return ExitCode.OK;
    }

    private void print(Screen screen, Document document) {
        int width = document.key().length();
        screen.line(screen.paint(Style.GOOD, "✓") + " trust anchor " + screen.paint(Style.STRONG, document.subject())
                + ", ends " + DATE.format(document.notAfter()));
        screen.line("  " + padded(document.certificate(), width) + "  for every cluster: what its workloads trust");
        screen.line("  " + padded(document.key(), width)
                + "  under your passphrase: keep it offline, no cluster ever needs it");
        screen.line("  " + padded("key SHA-256", width) + "  " + document.keySha256());
        screen.note("");
        screen.note("  weft trust sign --anchor " + document.certificate() + " --anchor-key " + document.key()
                + " --csr FILE --trust-domain DOMAIN");
    }

    private String name() {
        String name = commonName == null
                ? "Weft anchor " + MINUTE.format(session.clock().instant())
                : commonName;
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw CommandFailure.usage(
                    "common name: " + name.length() + " characters (expected: 1-" + LONGEST_NAME + ")",
                    "see 'weft trust init --help'");
        }
        return name;
    }

    private static Duration positive(Duration lifetime) {
        if (!lifetime.isPositive()) {
            throw CommandFailure.usage(
                    "lifetime: " + lifetime.toSeconds() + "s (expected: more than 0s)", "see 'weft trust init --help'");
        }
        return lifetime;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}

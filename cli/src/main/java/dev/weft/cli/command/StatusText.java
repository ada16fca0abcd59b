package dev.weft.cli.command;

import dev.weft.cli.command.StatusCommand.Document;
import dev.weft.cli.command.StatusCommand.Entry;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prints {@code weft status} for people. */
final class StatusText {

    private static final int SHORT_VERSION = 12;
    private static final int MOST_NAMED = 10;

    private StatusText() {}

    /** @param wide whether the table has the additional columns */
    static void print(Screen screen, Document document, MeshRef mesh, Instant now, boolean wide) {
        document.registryErrors().forEach(error -> screen.text(screen.paint(Style.BAD, "! ") + error));
        if (!document.registryErrors().isEmpty()) {
            screen.text(
                    mesh.inCluster()
                            ? "  so says the leading replica of the control plane; the last valid state stays in force"
                            : "  the file's last valid state stays in force until this is corrected");
            screen.line("");
        }
        document.refusals().forEach(refusal -> screen.text(screen.paint(Style.BAD, "! ") + refusal));
        if (document.issuerProblem() != null) {
            screen.text(
                    screen.paint(Style.BAD, "! ") + "the issuer's files are not in use: " + document.issuerProblem());
        }
        if (!document.refusals().isEmpty() || document.issuerProblem() != null) {
            screen.text("  what was in force before stays in force; 'weft check' says what to do");
            screen.line("");
        }
        if (document.unknown() != null) {
            screen.text(screen.paint(Style.WARNING, "! ") + "it is not known what is revoked or not in force: "
                    + document.unknown());
            screen.line("");
        }
        if (document.sidecars().isEmpty()) {
            screen.line("mesh " + document.mesh() + " has no meshed workload");
            machines(screen, document, mesh, now);
            return;
        }
        screen.table(table(document, now, wide));
        versions(screen, document.sidecars());
        document.sidecars().forEach(entry -> reasons(screen, entry));
        machines(screen, document, mesh, now);
    }

    /** Prints the versions if they differ: an update is in progress, or some sidecars were left behind. */
    private static void versions(Screen screen, List<Entry> sidecars) {
        Map<String, List<String>> byVersion = new TreeMap<>();
        for (Entry entry : sidecars) {
            SidecarStatus status = entry.status();
            if (status != null && status.version() != null) {
                byVersion
                        .computeIfAbsent(status.version(), _ -> new ArrayList<>())
                        .add(entry.workload());
            }
        }
        if (byVersion.size() > 1) {
            byVersion.forEach((version, who) -> screen.text("version " + version + ": "
                    + (who.size() > MOST_NAMED ? Human.count(who.size(), "sidecar") : String.join(", ", who))));
        }
    }

    private static Table table(Document document, Instant now, boolean wide) {
        Listing<Entry> listing = Listing.of(document.sidecars())
                .column("WORKLOAD", entry -> Cell.name(entry.workload()))
                .column("READY", StatusText::ready)
                .shrinkable("IDENTITY", 5, entry -> orDash(entry, SidecarStatus::identity))
                .column("CERT ENDS", entry -> orDash(entry, status -> certificate(status.certificate(), now)))
                .shrinkable("POLICY", 3, entry -> orDash(entry, status -> policy(status.inbound())))
                .column("BUNDLE", 4, entry -> orDash(entry, status -> bundles(status.bundles())))
                .column("CONTROL", StatusText::control);
        if (wide) {
            listing.column("SERIAL", 1, entry -> orDash(entry, status -> serial(status.certificate())))
                    .column("VERSION", 2, entry -> orDash(entry, SidecarStatus::version));
        }
        return listing.table();
    }

    /** Returns a part of the status; a dash if the sidecar does not answer, or does not have it. */
    private static Object orDash(Entry entry, Function<SidecarStatus, @Nullable Object> part) {
        Object known = entry.status() == null ? null : part.apply(entry.status());
        return known == null ? "-" : known;
    }

    private static @Nullable String serial(SidecarStatus.@Nullable Certificate certificate) {
        return certificate == null ? null : certificate.serialNumber();
    }

    private static void machines(Screen screen, Document document, MeshRef mesh, Instant now) {
        new JoinedMachines(document.machines(), document.machinesUnknown()).print(screen, mesh, now);
    }

    private static Cell ready(Entry entry) {
        if (entry.revoked() != null && entry.status() != null) {
            return new Cell("revoked", Style.BAD);
        }
        boolean ready = entry.status() != null && entry.status().ready();
        return ready ? new Cell("yes", Style.GOOD) : new Cell("no", Style.BAD);
    }

    private static Cell certificate(SidecarStatus.@Nullable Certificate certificate, Instant now) {
        if (certificate == null) {
            return new Cell("none", Style.BAD);
        }
        boolean ended = !certificate.notAfter().isAfter(now);
        Style style = ended ? Style.BAD : certificate.failures() > 0 ? Style.WARNING : Style.PLAIN;
        return new Cell(Human.relative(certificate.notAfter(), now), style);
    }

    private static String policy(SidecarStatus.@Nullable Inbound inbound) {
        if (inbound == null || inbound.version() == null) {
            return "-";
        }
        String version = inbound.version();
        return version.length() > SHORT_VERSION ? version.substring(0, SHORT_VERSION) : version;
    }

    private static String bundles(List<SidecarStatus.Bundle> bundles) {
        if (bundles.size() == 1) {
            return Long.toString(bundles.getFirst().sequence());
        }
        return bundles.isEmpty()
                ? "-"
                : String.join(
                        ",",
                        bundles.stream()
                                .map(bundle -> bundle.trustDomain() + ":" + bundle.sequence())
                                .toList());
    }

    private static Cell control(Entry entry) {
        if (entry.status() == null) {
            return new Cell("no answer", Style.BAD);
        }
        SidecarStatus.ControlPlane control = entry.status().controlPlane();
        boolean connected = control != null && control.connected();
        return connected ? new Cell("connected", Style.GOOD) : new Cell("away", Style.WARNING);
    }

    private static void reasons(Screen screen, Entry entry) {
        SidecarStatus status = entry.status();
        if (entry.revoked() != null) {
            screen.text(entry.workload() + ": " + entry.revoked().reason());
            entry.revoked().next().forEach(way -> screen.text("  " + way));
        } else if (status == null) {
            screen.text(String.valueOf(entry.error()));
        } else if (!status.ready()) {
            String why = status.reasons().isEmpty() ? "no reason given" : String.join("; ", status.reasons());
            screen.text(entry.workload() + " is not ready: " + why);
        } else if (!status.reasons().isEmpty()) {
            screen.text(entry.workload() + " is ready, but: " + String.join("; ", status.reasons()));
        }
    }
}

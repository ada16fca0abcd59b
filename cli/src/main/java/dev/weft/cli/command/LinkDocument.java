package dev.weft.cli.command;

import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import dev.weft.local.link.MeshLink;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two linked meshes as a document.
 *
 * @param anchors {@code shared} if both bundles have a common anchor, or {@code separate}
 */
record LinkDocument(boolean alreadyLinked, String anchors, List<Linked> meshes) {

    /**
     * One of the two meshes.
     *
     * @param bundleEndpoint where the other mesh fetches this one's trust bundle
     * @param addresses the ranges of its workloads and Services
     * @param names names here that workloads of the other mesh can call
     * @param disabledByOther whether the other mesh has disabled this one's trust domain
     * @param reason why it is disabled; null if no reason was given
     */
    record Linked(
            String mesh,
            String trustDomain,
            String controlPlane,
            String bundleEndpoint,
            List<String> addresses,
            List<String> names,
            boolean disabledByOther,
            @Nullable String reason) {

        private static Linked of(MeshLink.End end) {
            return new Linked(
                    end.mesh().value(),
                    end.trustDomain(),
                    end.controlPlane(),
                    "https://" + end.bundleEndpoint() + "/",
                    end.ranges(),
                    end.offers(),
                    end.disabled().isPresent(),
                    end.disabled().filter(reason -> !reason.isEmpty()).orElse(null));
        }
    }

    static LinkDocument of(MeshLink link) {
        return new LinkDocument(
                link.before(),
                link.sharedAnchor() ? "shared" : "separate",
                List.of(Linked.of(link.a()), Linked.of(link.b())));
    }

    void print(Screen screen) {
        Linked a = meshes.get(0);
        Linked b = meshes.get(1);
        screen.line(screen.paint(Style.GOOD, "✓") + " meshes " + screen.paint(Style.NAME, a.mesh()) + " and "
                + screen.paint(Style.NAME, b.mesh()) + (alreadyLinked ? " were linked already" : " are linked"));
        screen.line("");
        Table table = new Table()
                .column("MESH", "TRUST DOMAIN", "CALLED BY")
                .numbers("NAMES")
                .shrinkable("ADDRESSES");
        row(table, a, b);
        row(table, b, a);
        screen.table(table);
        screen.line("");
        disabled(screen, a, b);
        disabled(screen, b, a);
        call(a, b).or(() -> call(b, a)).ifPresent(example -> screen.line("  call    " + example));
        screen.line("  allow   policies name the other's identities: identity: spiffe://" + b.trustDomain()
                + "/ns/NAMESPACE/sa/ACCOUNT");
        screen.line("  trust   " + anchors + " anchors; each follows the other's trust bundle, rotations included: weft"
                + " trust domains");
        screen.line("  undo    weft unlink " + a.mesh() + " " + b.mesh());
    }

    private static void row(Table table, Linked of, Linked other) {
        table.row(
                new Cell(of.mesh(), Style.NAME),
                of.trustDomain(),
                of.disabledByOther() ? new Cell("no one: disabled", Style.BAD) : new Cell(other.mesh(), Style.PLAIN),
                of.names().size(),
                // IPv4 addresses are easy to recognise; the document has all ranges.
                String.join(
                        " ",
                        of.addresses().stream()
                                .filter(range -> range.contains("."))
                                .toList()));
    }

    private static void disabled(Screen screen, Linked of, Linked other) {
        if (of.disabledByOther()) {
            screen.line("  " + screen.paint(Style.BAD, "!") + "       " + of.trustDomain() + " is disabled in mesh "
                    + other.mesh() + (of.reason() == null ? "" : " (" + of.reason() + ")") + ": weft trust enable "
                    + of.trustDomain() + " --mesh " + other.mesh());
        }
    }

    /** Returns an example of how a workload of one mesh calls something in the other. */
    private static Optional<String> call(Linked from, Linked to) {
        if (to.names().isEmpty()) {
            return Optional.empty();
        }
        String more =
                to.names().size() > 1 ? "   (" + Human.count(to.names().size() - 1, "other name") + " there)" : "";
        return Optional.of(
                "workloads of " + from.mesh() + " reach " + to.names().getFirst() + more);
    }
}

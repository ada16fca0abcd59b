package dev.weft.cli.link;

import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.util.List;
import java.util.Optional;

/** Two linked clusters, as a document to print. */
public record ClusterLinkDocument(List<Linked> clusters) {

    public ClusterLinkDocument {
        clusters = List.copyOf(clusters);
    }

    /**
     * One of the two clusters.
     *
     * @param controlPlane addresses at which the other cluster reaches its control plane
     * @param bundleEndpoint URL from which the other cluster fetches its trust bundle
     * @param addresses the ranges of its pods and Services
     * @param workloads number of its workloads that the other cluster knows
     * @param services number of its Services that the other cluster knows
     * @param refused number of its workloads and Services that the other cluster does not accept
     * @param disabledByOther whether the other cluster has disabled its trust domain
     * @param problem what is wrong with the link, as the other cluster reports it, or why it is disabled; empty if
     *     there is nothing to report
     */
    public record Linked(
            String cluster,
            String trustDomain,
            List<String> controlPlane,
            String bundleEndpoint,
            List<String> addresses,
            int workloads,
            int services,
            int refused,
            boolean disabledByOther,
            String problem) {

        public Linked {
            controlPlane = List.copyOf(controlPlane);
            addresses = List.copyOf(addresses);
        }

        /** @param known the state of this trust domain, as the other cluster reports it */
        static Linked of(ClusterEnd end, Optional<TrustDomainInfo> known) {
            TrustDomainInfo info = known.orElse(TrustDomainInfo.getDefaultInstance());
            boolean disabled = info.getState() == TrustDomainState.TRUST_DOMAIN_STATE_DISABLED;
            return new Linked(
                    end.context(),
                    end.trustDomain().name(),
                    end.controlPlane(),
                    end.bundleEndpoint(),
                    end.ranges().texts(),
                    info.getLink().getWorkloads(),
                    info.getLink().getServices(),
                    info.getLink().getRefused(),
                    disabled,
                    disabled ? info.getReason() : info.getLink().getProblem());
        }
    }

    /** Prints the link as text for people. */
    public void print(Screen screen) {
        Linked a = clusters.getFirst();
        Linked b = clusters.getLast();
        screen.line(screen.paint(Style.GOOD, "✓") + " clusters " + screen.paint(Style.NAME, a.cluster()) + " and "
                + screen.paint(Style.NAME, b.cluster()) + " are linked");
        screen.line("");
        Table table = new Table()
                .column("CLUSTER", "TRUST DOMAIN", "CALLED BY")
                .numbers("WORKLOADS", "SERVICES")
                .shrinkable("ADDRESSES");
        row(table, a, b);
        row(table, b, a);
        screen.table(table);
        screen.line("");
        problem(screen, a, b);
        problem(screen, b, a);
        screen.line("  allow   policies name the other's identities: identity: spiffe://" + b.trustDomain()
                + "/ns/NAMESPACE/sa/ACCOUNT");
        screen.line("  look    weft trust domains --context " + a.cluster());
        screen.line("  undo    weft unlink " + a.cluster() + " " + b.cluster() + " --cluster");
    }

    private static void row(Table table, Linked of, Linked other) {
        table.row(
                new Cell(of.cluster(), Style.NAME),
                of.trustDomain(),
                of.disabledByOther() ? new Cell("none: disabled", Style.BAD) : new Cell(other.cluster(), Style.PLAIN),
                of.workloads(),
                of.services(),
                String.join(" ", of.addresses()));
    }

    private static void problem(Screen screen, Linked of, Linked other) {
        if (of.disabledByOther()) {
            screen.line("  " + screen.paint(Style.BAD, "!") + "       " + of.trustDomain() + " is disabled in "
                    + other.cluster() + (of.problem().isEmpty() ? "" : " (" + of.problem() + ")")
                    + ": weft trust enable " + of.trustDomain() + " --context " + other.cluster());
        } else if (of.refused() > 0) {
            screen.line("  " + screen.paint(Style.BAD, "!") + "       " + of.refused() + " workloads and Services of "
                    + of.cluster() + " are not accepted: " + of.problem());
        }
    }
}

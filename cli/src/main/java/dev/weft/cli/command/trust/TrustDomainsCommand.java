package dev.weft.cli.command.trust;

import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.command.ListCommand;
import dev.weft.cli.command.MeshAnswers;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "domains",
        description = "List the trust domains that each mesh knows, and which of them are disabled.",
        footer = {
            "  weft trust domains",
            "  weft trust domains -w -o wide   # with addresses, again as it changes",
            "  weft trust domains -o json | jq '.[] | select(.state == \"disabled\")'",
            "  weft trust domains -o json | jq '.[] | select(.followed.failure)'   # whose bundle cannot be fetched"
        })
final class TrustDomainsCommand extends ListCommand {

    private static final String DISABLED = "disabled";

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    TrustDomainsCommand(Session session) {
        super(session);
    }

    /**
     * A trust domain as one mesh sees it.
     *
     * @param revoked number of its revoked certificates, identities and keys
     * @param acknowledged number of sidecars that use this sequence
     * @param followed status of fetching its bundle; null if it is not fetched
     * @param link status of its control planes; null if they are not asked
     */
    record Listed(
            String mesh,
            String trustDomain,
            boolean own,
            String state,
            String reason,
            int anchors,
            int revoked,
            long sequence,
            int acknowledged,
            int sidecars,
            @Nullable FollowedBundleDocument followed,
            @Nullable PeerLinkDocument link) {

        static Listed of(String mesh, TrustDomainInfo info, Instant now) {
            return new Listed(
                    mesh,
                    info.getTrustDomain(),
                    info.getOwn(),
                    info.getState() == TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE ? "active" : DISABLED,
                    info.getReason(),
                    info.getAnchors(),
                    info.getRevoked(),
                    info.getSequence(),
                    info.getAcknowledged(),
                    info.getProxies(),
                    info.hasFollowed() ? FollowedBundleDocument.of(info.getFollowed(), now) : null,
                    info.hasLink() ? PeerLinkDocument.of(info.getLink()) : null);
        }
    }

    @Override
    protected int once(Session session) throws IOException {
        Instant now = session.clock().instant();
        MeshAnswers<Listed> replies = MeshAnswers.each(
                meshes.of(session),
                (mesh, operator) -> operator.trustDomains(meshes.deadline()).stream()
                        .map(info -> Listed.of(mesh.name(), info, now))
                        .toList());
        List<Listed> all = replies.answers();
        print(session, all, Listed::trustDomain, () -> print(session.screen(), all, wide()));
        return replies.end(session.screen());
    }

    static void print(Screen screen, List<Listed> all, boolean wide) {
        Listing<Listed> listing = Listing.of(all)
                .column("MESH", Listed::mesh)
                .column("TRUST DOMAIN", each -> new Cell(each.trustDomain(), each.own() ? Style.STRONG : Style.PLAIN))
                .column("STATE", each -> new Cell(each.state(), each.state().equals(DISABLED) ? Style.BAD : Style.GOOD))
                .numbers("ANCHORS", 3, Listed::anchors)
                .numbers("REVOKED", 4, Listed::revoked)
                .numbers("SEQUENCE", 1, Listed::sequence)
                .numbers("SIDECARS", 5, each -> each.acknowledged() + "/" + each.sidecars())
                .column("BUNDLE", TrustDomainsCommand::bundle)
                .column("LINK", TrustDomainsCommand::link)
                .shrinkable("REASON", 2, each -> orNone(each.reason()));
        if (wide) {
            listing.column(
                            "FETCHED FROM",
                            7,
                            each -> each.followed() == null
                                    ? "-"
                                    : each.followed().url())
                    .column(
                            "CONTROL PLANE",
                            6,
                            each -> each.link() == null
                                    ? "-"
                                    : orNone(each.link().address()));
        }
        screen.table(listing.table());
        all.forEach(each -> problems(screen, each));
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static void problems(Screen screen, Listed each) {
        String where = screen.paint(Style.BAD, "!") + " " + each.trustDomain() + " in " + each.mesh() + ": ";
        PeerLinkDocument link = each.link();
        if (link != null && !link.problem().isEmpty() && !each.state().equals(DISABLED)) {
            screen.text(where + link.problem());
        }
        failure(each)
                .ifPresent(failure -> screen.text(
                        where + failure.reason() + " (" + failure.code() + "); what was fetched last stays in use"));
    }

    private static Cell bundle(Listed each) {
        FollowedBundleDocument followed = each.followed();
        if (followed == null) {
            return new Cell(each.own() ? "own" : "fixed", Style.PLAIN);
        }
        String age = followed.fetched() == null
                ? "never fetched"
                : Human.duration(Duration.ofSeconds(followed.ageSeconds())) + " old";
        return failure(each)
                .map(failure -> new Cell(age + ", " + failure.code(), Style.BAD))
                .orElseGet(() -> new Cell(age, Style.PLAIN));
    }

    private static Cell link(Listed each) {
        PeerLinkDocument link = each.link();
        if (link == null) {
            return new Cell("-", Style.PLAIN);
        }
        return new Cell(link.state(), link.state().equals("connected") ? Style.GOOD : Style.BAD);
    }

    private static Optional<FollowedBundleDocument.Failure> failure(Listed each) {
        FollowedBundleDocument followed = each.followed();
        return followed == null ? Optional.empty() : Optional.ofNullable(followed.failure());
    }
}

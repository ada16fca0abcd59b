package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.mesh.table.SortedTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkloadIdentitiesTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    private static final SpiffeId API = SpiffeId.ofServiceAccount(DOMAIN, "shop", "api");

    private static ServedWorkload served(SpiffeId id, String instance) {
        return new ServedWorkload(id, instance, false, List.of(), Inbound::getDefaultInstance);
    }

    private static boolean has(WorkloadIdentities holders, SpiffeId id, String instance) {
        return holders.has(id, Optional.of(WorkloadMark.of("shop/web", instance)));
    }

    @Test
    void knowsEachByIdentityByNameAndAsTheOneThatItIs() {
        WorkloadIdentities holders = WorkloadIdentities.of(SortedTable.copyOf(Map.of("shop/web", served(WEB, "1"))));

        assertThat(holders.has(WEB, Optional.empty())).isTrue();
        assertThat(has(holders, WEB, "")).isTrue();
        assertThat(has(holders, WEB, "1")).isTrue();
        assertThat(has(holders, WEB, "2")).isFalse();
        assertThat(has(holders, API, "1")).isFalse();
        assertThat(holders.has(API, Optional.empty())).isFalse();
    }

    @Test
    void followsWhatChangesAndForgetsWhatIsGone() {
        SortedTable<String, ServedWorkload> first =
                SortedTable.copyOf(Map.of("shop/web", served(WEB, "1"), "shop/other", served(WEB, "")));
        SortedTable<String, ServedWorkload> replaced = first.with("shop/web", served(WEB, "2"));
        WorkloadIdentities holders = WorkloadIdentities.of(first).next(first, replaced);
        assertThat(has(holders, WEB, "1")).isFalse();
        assertThat(has(holders, WEB, "2")).isTrue();

        SortedTable<String, ServedWorkload> gone = replaced.without("shop/web");
        holders = holders.next(replaced, gone);
        assertThat(has(holders, WEB, "")).isFalse();
        assertThat(has(holders, WEB, "2")).isFalse();
        assertThat(holders.has(WEB, Optional.empty())).as("another has it").isTrue();
        assertThat(holders.next(gone, SortedTable.empty()).counts().isEmpty()).isTrue();
    }

    @Test
    void oneWhoseIdentityHasEndedHasNone() {
        ServedWorkload ended = new ServedWorkload(WEB, "1", true, List.of(), Inbound::getDefaultInstance);
        SortedTable<String, ServedWorkload> first = SortedTable.copyOf(Map.of("shop/web", served(WEB, "1")));
        SortedTable<String, ServedWorkload> later = first.with("shop/web", ended);
        WorkloadIdentities holders = WorkloadIdentities.of(first).next(first, later);
        assertThat(has(holders, WEB, "1")).isFalse();
        assertThat(holders.counts().isEmpty()).isTrue();
        assertThat(has(holders.next(later, first), WEB, "1")).isTrue();
    }
}

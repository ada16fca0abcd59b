package dev.weft.control.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.listen.Network;
import dev.weft.identity.spiffe.SpiffeId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConnectionCensusTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final ConnectionCensus census = new ConnectionCensus(new Limits(100, 50, 4, 3, 1, 1, 1, HOUR, HOUR, HOUR));

    private record At(Network network) implements WaitingLine.Entrant {
        At(String address) {
            this(Network.of(InetAddress.ofLiteral(address)));
        }

        @Override
        public void enter() {}

        @Override
        public void leave() {}
    }

    private static final class Client implements ProvenConnections.Member {
        private final Network network;
        private boolean gaveWay;

        Client(String address) {
            network = new At(address).network();
        }

        @Override
        public Network network() {
            return network;
        }

        @Override
        public void giveWay() {
            gaveWay = true;
        }
    }

    private Client proven(String address, String identity) {
        assertThat(come(address)).isEqualTo(ConnectionCensus.Verdict.ADMITTED);
        return proves(address, identity);
    }

    private Client proves(String address, String identity) {
        Client client = new Client(address);
        census.proven(client, SpiffeId.parse("spiffe://test.example/" + identity));
        return client;
    }

    private ConnectionCensus.Verdict come(String address) {
        return census.admit(new At(address));
    }

    @Test
    void aSlash64OfIpv6HasOneShare() {
        come("fd00::1");
        come("fd00::2");
        come("fd00:0:0:0:ffff::");
        assertThat(come("fd00::4")).isEqualTo(ConnectionCensus.Verdict.TOO_MANY_UNPROVEN_OF_ADDRESS);
        assertThat(come("fd00:0:0:1::4")).isEqualTo(ConnectionCensus.Verdict.ADMITTED);
    }

    @Test
    void networksTakeTurnsInTheLine() {
        List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")
                .forEach(address -> assertThat(come(address)).isEqualTo(ConnectionCensus.Verdict.ADMITTED));
        come("10.0.0.5");
        come("10.0.0.5");
        assertThat(come("10.0.0.6")).isEqualTo(ConnectionCensus.Verdict.WAITS);
        List<WaitingLine.Entrant> entered = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            assertThat(census.next()).isEmpty();
            census.gone(new Client("10.0.0." + i), false);
            census.next().ifPresent(entered::add);
        }
        assertThat(entered).containsExactly(new At("10.0.0.5"), new At("10.0.0.6"), new At("10.0.0.5"));
        assertThat(census.waiting()).isZero();
    }

    @Test
    void whoHasProvenItselfBeforeComesInBesideTheLineWithFewConnections() {
        census.gone(proven("10.0.0.9", "web"), true);
        List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4").forEach(this::come);
        assertThat(come("10.0.0.5")).isEqualTo(ConnectionCensus.Verdict.WAITS);
        assertThat(come("10.0.0.9")).isEqualTo(ConnectionCensus.Verdict.ADMITTED);
        assertThat(come("10.0.0.9")).isEqualTo(ConnectionCensus.Verdict.ADMITTED);
        assertThat(come("10.0.0.9")).as("half as many again are unproven").isEqualTo(ConnectionCensus.Verdict.WAITS);
    }

    @Test
    void theIdentityWithMostGivesWayWhereAllPlacesAreTaken() {
        Client few = proven("10.0.0.1", "few");
        List<Client> many = new ArrayList<>();
        for (int i = 1; i < 100; i++) {
            many.add(proven("10.0.1." + i % 4, "many"));
        }
        assertThat(census.all()).isEqualTo(100);
        Client other = proven("10.0.2.1", "other");
        assertThat(many).filteredOn(client -> client.gaveWay).containsExactly(many.getLast());
        assertThat(census.all()).isEqualTo(100);
        census.gone(many.getLast(), true);
        assertThat(census.all()).as("it was counted out when it gave way").isEqualTo(100);
        census.gone(other, true);
        assertThat(census.all()).isEqualTo(99);
        assertThat(few.gaveWay).isFalse();
    }

    @Test
    void theIdentityWithMostAtAnAddressGivesWayWhereTheAddressHasAllItMay() {
        for (int i = 0; i < 40; i++) {
            proven("10.0.0.2", "elsewhere");
        }
        Client few = proven("10.0.0.1", "few");
        List<Client> many = new ArrayList<>();
        for (int i = 1; i < 50; i++) {
            many.add(proven("10.0.0.1", "many"));
        }
        proven("10.0.0.1", "other");
        assertThat(many).filteredOn(client -> client.gaveWay).containsExactly(many.getLast());
        assertThat(few.gaveWay).isFalse();
        assertThat(census.all()).isEqualTo(90);
    }

    @Test
    void whoHasProvenNothingTakesNoPlace() {
        List<Client> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(proven("10.0.1." + i % 4, "many"));
        }
        assertThat(come("10.0.2.1")).isEqualTo(ConnectionCensus.Verdict.ADMITTED);
        assertThat(come("10.0.2.1")).isEqualTo(ConnectionCensus.Verdict.ADMITTED);
        assertThat(many).noneMatch(client -> client.gaveWay);
        Client another = proven("10.0.2.2", "many");
        assertThat(another.gaveWay)
                .as("the newest of the identity with the most")
                .isTrue();
        assertThat(many).noneMatch(client -> client.gaveWay);
        assertThat(proven("10.0.2.2", "few").gaveWay).isFalse();
        assertThat(many).filteredOn(client -> client.gaveWay).containsExactly(many.getLast());
        assertThat(census.all()).as("with two that have proven nothing").isEqualTo(102);
        assertThat(census.unproven()).isEqualTo(2);
    }

    @Test
    void whoProvesItselfGivesWayWhereAllHaveFewMeanwhile() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 98; i++) {
            clients.add(proven("10.0.0." + i, "of-" + i));
        }
        Client two = proven("10.0.1.1", "two");
        proven("10.0.1.1", "two");
        come("10.0.1.2");
        come("10.0.1.3");
        census.gone(two, true);
        assertThat(proves("10.0.1.2", "other").gaveWay).isFalse();
        assertThat(proves("10.0.1.3", "third").gaveWay).isTrue();
        assertThat(clients).noneMatch(client -> client.gaveWay);
        assertThat(census.all()).isEqualTo(100);
    }

    @Test
    void theLineMovesOnWhereAllPlacesAreTakenAndAnIdentityHasMost() {
        for (int i = 0; i < 100; i++) {
            proven("10.0.1." + i % 4, "many");
        }
        List.of("10.0.2.1", "10.0.2.2", "10.0.2.3", "10.0.2.4").forEach(this::come);
        assertThat(come("10.0.2.5")).isEqualTo(ConnectionCensus.Verdict.WAITS);
        census.gone(new Client("10.0.2.1"), false);
        assertThat(census.next()).contains(new At("10.0.2.5"));
    }

    @Test
    void nobodyGivesWayWhereEachIdentityHasFew() {
        for (int i = 0; i < 100; i++) {
            proven("10.0.0." + i, "of-" + i);
        }
        assertThat(come("10.0.1.1")).isEqualTo(ConnectionCensus.Verdict.TOO_MANY);
    }

    @Test
    void theLineHasAnEnd() {
        for (int i = 1; i <= 4 + 16; i++) {
            come("10.0.1." + i);
        }
        assertThat(come("10.0.2.1")).isEqualTo(ConnectionCensus.Verdict.TOO_MANY_WAIT);
        assertThat(census.dissolve()).hasSize(16);
        assertThat(census.waiting()).isZero();
    }
}

package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.EndpointChanges;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Membership;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.Resource;
import dev.weft.identity.trust.TrustBundles;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChangedEndpointsTest {
    private static final String ADDRESS = "10.96.0.1:80";
    private static final String NAME = "destination/" + ADDRESS;

    private final HeldResources held = new HeldResources(new RecordingMesh());

    @Test
    void anyChangesLeadToWhatTheWholeWouldBe() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<String, Endpoint> present = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            put(present, endpoint(i, 0));
        }
        tell(whole("v0", present));
        for (int version = 1; version < 300; version++) {
            EndpointChanges.Builder changes = EndpointChanges.newBuilder().setSince("v" + (version - 1));
            for (int n = random.nextInt(6); n >= 0; n--) {
                Endpoint other = endpoint(random.nextInt(100), random.nextInt(3));
                boolean told = changes.getPutList().stream()
                        .anyMatch(put -> put.getWorkload().equals(other.getWorkload()));
                if (told || changes.getRemovedList().contains(other.getWorkload())) {
                    continue;
                }
                if (random.nextBoolean() && present.remove(other.getWorkload()) != null) {
                    changes.addRemoved(other.getWorkload());
                } else {
                    put(present, other);
                    changes.addPut(other);
                }
            }
            tell(changed("v" + version, changes.setCount(present.size())));
            assertThat(MeshSnapshot.of(held).destinations().get(ADDRESS))
                    .as("seed %d", seed)
                    .isEqualTo(whole("", present).getDestination());
            assertThat(MeshSnapshot.of(held).versions()).containsEntry(NAME, "v" + version);
        }
    }

    @Test
    void refusesChangesOfAnotherVersionThanItHoldsAndHoldsNothingThen() {
        begin();
        refuses(EndpointChanges.newBuilder().setSince("v0").setCount(2), "since the one that is held, v1");
        refuses(EndpointChanges.newBuilder().setSince("v1").setCount(2), "held, none");
        begin();
        refuses(EndpointChanges.newBuilder().setCount(2), "since version ");
    }

    @Test
    void refusesChangesThatDoNotLeadToWhatTheySay() {
        begin();
        refuses(
                EndpointChanges.newBuilder()
                        .setSince("v1")
                        .addRemoved("shop/pod-001")
                        .setCount(2),
                "lead to 1 endpoints");
        begin();
        refuses(
                EndpointChanges.newBuilder()
                        .setSince("v1")
                        .addRemoved("shop/pod-077")
                        .setCount(1),
                "lead to 2 endpoints");
    }

    @Test
    void refusesChangesOfWhatHasNoEndpoints() {
        tell(Resource.newBuilder()
                .setName(NAME)
                .setVersion("v1")
                .setDestination(Destination.newBuilder().setNotInMesh(NotInMesh.getDefaultInstance()))
                .build());
        refuses(
                EndpointChanges.newBuilder()
                        .setSince("v1")
                        .addPut(endpoint(1, 0))
                        .setCount(1),
                "changes of the endpoints");
    }

    @Test
    void refusesAFieldThatItDoesNotKnow() throws Exception {
        begin();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt64(77, 1);
        out.flush();
        refuses(
                EndpointChanges.newBuilder().setSince("v1").setCount(2).mergeFrom(bytes.toByteArray()),
                "a field that this version does not know");
    }

    @Test
    void takesTheWholeAfterChangesThatItRefused() {
        begin();
        refuses(EndpointChanges.newBuilder().setSince("v0").setCount(2), "held, v1");
        begin();
        assertThat(MeshSnapshot.of(held).destinations()).containsKey(ADDRESS);
    }

    @Test
    void aChangeUnderAnotherNameIsRefused() {
        MeshChange change = new MeshChange(Map.of(), TrustBundles.EMPTY);
        assertThatThrownBy(() -> change.put(Resource.newBuilder()
                        .setName("inbound")
                        .setEndpointChanges(EndpointChanges.getDefaultInstance())
                        .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected under the name: destination/");
    }

    private void begin() {
        TreeMap<String, Endpoint> two = new TreeMap<>();
        put(two, endpoint(1, 0));
        put(two, endpoint(2, 0));
        tell(whole("v1", two));
    }

    private void tell(Resource resource) {
        assertThat(held.apply(List.of(resource), List.of())).isEmpty();
    }

    private void refuses(EndpointChanges.Builder changes, String why) {
        RefusedResources refusal =
                held.apply(List.of(changed("v2", changes)), List.of()).orElseThrow();
        assertThat(refusal.reason()).contains(why);
        assertThat(MeshSnapshot.of(held).destinations()).doesNotContainKey(ADDRESS);
        assertThat(MeshSnapshot.of(held).versions()).doesNotContainKey(NAME);
    }

    private static void put(Map<String, Endpoint> present, Endpoint endpoint) {
        present.put(endpoint.getWorkload(), endpoint);
    }

    private static Resource whole(String version, Map<String, Endpoint> endpoints) {
        return Resource.newBuilder()
                .setName(NAME)
                .setVersion(version)
                .setDestination(Destination.newBuilder()
                        .setEndpoints(
                                Endpoints.newBuilder().setService("shop/api").addAllEndpoints(endpoints.values())))
                .build();
    }

    private static Resource changed(String version, EndpointChanges.Builder changes) {
        return Resource.newBuilder()
                .setName(NAME)
                .setVersion(version)
                .setEndpointChanges(changes)
                .build();
    }

    private static Endpoint endpoint(int number, int account) {
        return Endpoint.newBuilder()
                .setAddress("10.244.0." + number + ":8080")
                .setWorkload("shop/pod-%03d".formatted(number))
                .setIdentity("spiffe://cluster.local/ns/shop/sa/" + account)
                .setTunnelPort(15008)
                .setMembership(Membership.MEMBERSHIP_IN_MESH)
                .build();
    }
}

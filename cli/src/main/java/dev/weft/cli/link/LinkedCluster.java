package dev.weft.cli.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.v1.FederationOperatorGrpc;
import dev.weft.api.v1.GetTrustBundlesRequest;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.cluster.ClusterMesh;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.cluster.KubectlClient;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A cluster, chosen by its context of kubectl: its API server and its control plane. */
record LinkedCluster(String context, KubectlClient api, Mesh mesh) {

    /** Whether the API server only checks an object, or stores it. */
    enum DryRun {
        NONE,
        SERVER
    }

    /** The resource with its API group: another group may have a kind of the same name. */
    private static final String OBJECTS = "trustdomains.weft.dev";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** @throws CommandFailure if its control plane cannot be reached (WEFT-L303) */
    static LinkedCluster open(Kubectl kubectl) throws IOException {
        return new LinkedCluster(
                kubectl.context().orElseThrow(), new KubectlClient(kubectl), ClusterMesh.open(kubectl));
    }

    TrustDomain trustDomain() {
        return TrustDomain.parse(mesh.trustDomain());
    }

    /** Returns the anchors of the cluster's own trust bundle, PEM. */
    String anchors() {
        GetTrustBundlesRequest own =
                GetTrustBundlesRequest.newBuilder().setOwn(true).build();
        String map = mesh.ask(operator -> operator.ask(
                FederationOperatorGrpc::newBlockingStub,
                LIMIT,
                it -> it.getTrustBundles(own).getBundleMap()));
        return Pem.encodeCertificates(SpiffeBundles.decodeMap(map.getBytes(UTF_8))
                .values()
                .iterator()
                .next()
                .bundle()
                .anchors());
    }

    /** Returns the state of another trust domain in this cluster; empty while this cluster does not know it. */
    Optional<TrustDomainInfo> knows(TrustDomain other) {
        return mesh.ask(operator -> operator.trustDomains(LIMIT)).stream()
                .filter(info -> info.getTrustDomain().equals(other.name()))
                .findFirst();
    }

    /**
     * Writes the object of another cluster, by server-side apply: fields of other writers stay as they are.
     *
     * @throws CommandFailure if the API server does not accept the object (WEFT-L366)
     */
    void apply(ClusterEnd other, DryRun dryRun) {
        change(
                other.trustDomain(),
                other.object(),
                "apply",
                "--server-side",
                "--field-manager=" + ClusterEnd.LINK,
                "--dry-run=" + dryRun.name().toLowerCase(Locale.ROOT),
                "--filename=-");
    }

    /**
     * Whether a link to this other cluster has written an object of its trust domain here already.
     *
     * @return false if there is no object
     * @throws CommandFailure if the object was not written by a link (WEFT-L366), or by a link to another cluster
     *     (WEFT-L368)
     */
    boolean isLinkedWith(ClusterEnd other) {
        Optional<JsonNode> there = written(other.trustDomain());
        there.ifPresent(object -> {
            String anchors = object.path("spec").path("anchors").asString("");
            if (!SameAnchors.anyOf(anchors, other.anchors())) {
                throw LinkFailures.otherLink(context, other);
            }
        });
        return there.isPresent();
    }

    /**
     * Whether a link wrote the object of another trust domain, so that it may be removed.
     *
     * @return false if there is no object
     * @throws CommandFailure if the object was not written by a link, or is disabled (WEFT-L366)
     */
    boolean isLinked(TrustDomain other) {
        Optional<JsonNode> there = written(other);
        if (there.isEmpty()) {
            return false;
        }
        boolean disabled = there.get().path("spec").path("state").asString("").equals("Disabled")
                || there.get().path("metadata").path("annotations").has("weft.dev/disabled-by-operator");
        if (disabled) {
            throw LinkFailures.refused(
                    context,
                    "TrustDomain " + other,
                    "it is disabled, and another link would let it in: 'weft trust enable " + other + " --context "
                            + context + "' first");
        }
        return true;
    }

    /** Returns the object of another trust domain; empty if there is none. Fails if no link wrote it (WEFT-L366). */
    private Optional<JsonNode> written(TrustDomain other) {
        Optional<JsonNode> there = api.json("get", OBJECTS, other.name(), "--ignore-not-found", "-o", "json");
        there.map(object -> object.path("metadata").path("labels").path(ClusterEnd.LABEL))
                .filter(label -> !label.asString("").equals(ClusterEnd.LINK))
                .ifPresent(_ -> {
                    throw LinkFailures.refused(context, "TrustDomain " + other, "no link wrote it");
                });
        return there;
    }

    /** Removes the object of another trust domain; fails if the API server refuses (WEFT-L366). */
    void forget(TrustDomain other) {
        change(other, "", "delete", OBJECTS, other.name());
    }

    /** Runs kubectl to change the object. The part of kubectl's error that explains its options is left out. */
    private void change(TrustDomain other, String input, String... arguments) {
        api.refusal(input, arguments).ifPresent(complaint -> {
            throw LinkFailures.refused(
                    context, "TrustDomain " + other, complaint.split("\nPlease review", 2)[0]);
        });
    }
}

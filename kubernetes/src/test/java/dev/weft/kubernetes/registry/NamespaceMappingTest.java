package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.policy.model.DefaultDecision;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NamespaceMappingTest {

    static io.fabric8.kubernetes.api.model.Namespace shop(Map<String, String> annotations) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .withAnnotations(annotations)
                .endMetadata()
                .build();
    }

    private static NamespaceMapping.Mapped map(Map<String, String> annotations) {
        return NamespaceMapping.map(shop(annotations), InboundMode.PERMISSIVE);
    }

    @Test
    void oneThatSaysNothingIsAsTheInstallation() {
        assertThat(NamespaceMapping.map(shop(Map.of()), InboundMode.STRICT).namespace())
                .isEqualTo(new Namespace("shop", null, InboundMode.STRICT));
        assertThat(map(Map.of()).namespace()).isEqualTo(new Namespace("shop", null, InboundMode.PERMISSIVE));
        assertThat(map(Map.of()).problems()).isEmpty();
    }

    /** They are for the sidecars of its pods, and close nothing. */
    @Test
    void settingsOfSidecarsAreKnown() {
        NamespaceMapping.Mapped mapped = map(Map.of("weft.dev/trace-ratio", "1", "weft.dev/access-log-calls", "true"));
        assertThat(mapped.namespace()).isEqualTo(new Namespace("shop", null, InboundMode.PERMISSIVE));
        assertThat(mapped.problems()).isEmpty();
    }

    @Test
    void aSettingOfSidecarsThatIsNotValidIsReportedAndClosesNothing() {
        NamespaceMapping.Mapped mapped = map(Map.of(
                "weft.dev/trace-ratio",
                "2",
                "weft.dev/otlp-endpoint",
                "https://c",
                "weft.dev/workload-api",
                "on",
                "weft.dev/inbound",
                "permissive"));
        assertThat(mapped.namespace()).isEqualTo(new Namespace("shop", null, InboundMode.PERMISSIVE));
        assertThat(mapped.sound()).isTrue();
        assertThat(mapped.problems())
                .containsExactlyInAnyOrder(
                        "metadata.annotations.weft.dev/trace-ratio: 2 (expected: a number from 0 to 1); new pods get"
                                + " the default, 0.01",
                        "metadata.annotations.weft.dev/otlp-endpoint: https://c (expected: a collector's URL, as"
                                + " http://10.0.0.7:4318); new pods get the default, none",
                        "metadata.annotations.weft.dev/workload-api: on (expected: disabled, enabled)");
    }

    @Test
    void resourcesAndLogLevelOfSidecarsAreKnown() {
        assertThat(map(Map.of("weft.dev/proxy-cpu-limit", "1", "weft.dev/log-level", "debug"))
                        .problems())
                .isEmpty();
        NamespaceMapping.Mapped wrong = map(Map.of("weft.dev/proxy-memory-limit", "lots"));
        assertThat(wrong.sound()).isTrue();
        assertThat(wrong.problems())
                .containsExactly(
                        "metadata.annotations.weft.dev/proxy-memory-limit: lots (expected: an amount of memory,"
                                + " for example 160Mi); new pods get the default, 160Mi");
    }

    @Test
    void saysWhatItsAnnotationsSay() {
        assertThat(map(Map.of("weft.dev/inbound", "strict", "weft.dev/default-decision", "deny"))
                        .namespace())
                .isEqualTo(new Namespace("shop", DefaultDecision.DENY, InboundMode.STRICT));
    }

    @Test
    void whatCannotBeReadIsClosedAndTold() {
        NamespaceMapping.Mapped inbound =
                map(Map.of("weft.dev/inbound", "permisive", "weft.dev/default-decision", "anyone"));
        assertThat(inbound.namespace()).isEqualTo(new Namespace("shop", DefaultDecision.ANYONE, InboundMode.STRICT));
        assertThat(inbound.sound()).isFalse();
        assertThat(inbound.problems()).singleElement().asString().contains("did you mean permissive?");

        NamespaceMapping.Mapped decision = map(Map.of("weft.dev/default-decision", "open"));
        assertThat(decision.namespace()).isEqualTo(new Namespace("shop", DefaultDecision.DENY, InboundMode.PERMISSIVE));
        assertThat(decision.problems()).singleElement().asString().contains("anyone, authenticated, deny");
    }

    /** Which of its annotations was meant is not known, so none counts as absent. */
    @Test
    void oneWithAnUnknownAnnotationIsClosedInAllThatItDoesNotSay() {
        NamespaceMapping.Mapped misspelt = map(Map.of("weft.dev/default-polic", "deny"));
        assertThat(misspelt.namespace())
                .isEqualTo(new Namespace("shop", DefaultDecision.DENY, InboundMode.STRICT, EgressDefault.DENY));
        assertThat(misspelt.problems())
                .singleElement()
                .asString()
                .contains("unknown annotation weft.dev/default-polic; did you mean weft.dev/default-policy");
        assertThat(map(Map.of("weft.dev/egres", "deny", "weft.dev/inbound", "permissive"))
                        .namespace()
                        .inbound())
                .isEqualTo(InboundMode.PERMISSIVE);
        assertThat(map(Map.of("weft.dev/workload-api", "enabled", "other.dev/egres", "deny"))
                        .problems())
                .isEmpty();
    }

    /** It closes nothing: what the namespace's settings are is known. */
    @Test
    void aLabelThatIsUnknownIsTold() {
        io.fabric8.kubernetes.api.model.Namespace labelled = new NamespaceBuilder(shop(Map.of()))
                .editMetadata()
                .addToLabels("weft.dev/injection", "enabled")
                .addToLabels("weft.dev/inbound", "strict")
                .addToLabels("weft.dev/team", "a")
                .addToLabels("weft.dev/inject", "enabled")
                .addToLabels("app", "web")
                .endMetadata()
                .build();
        NamespaceMapping.Mapped mapped = NamespaceMapping.map(labelled, InboundMode.PERMISSIVE);
        assertThat(mapped.sound()).isTrue();
        assertThat(mapped.namespace().inbound()).isEqualTo(InboundMode.PERMISSIVE);
        assertThat(mapped.problems())
                .containsExactly(
                        "metadata.labels: unknown label weft.dev/inbound; this is an annotation, not a label",
                        "metadata.labels: unknown label weft.dev/injection; did you mean weft.dev/inject?",
                        "metadata.labels: unknown label weft.dev/team (expected: weft.dev/inject)");
    }

    @Test
    void takesBothNamesOfTheDefault() {
        assertThat(map(Map.of("weft.dev/default-policy", "deny")).namespace().defaultDecision())
                .isEqualTo(DefaultDecision.DENY);
        assertThat(map(Map.of("weft.dev/default-policy", "open")).namespace().defaultDecision())
                .isEqualTo(DefaultDecision.DENY);
        NamespaceMapping.Mapped both =
                map(Map.of("weft.dev/default-policy", "deny", "weft.dev/default-decision", "anyone"));
        assertThat(both.namespace().defaultDecision()).isEqualTo(DefaultDecision.DENY);
        assertThat(both.problems()).singleElement().asString().contains("mean the same");
    }

    @Test
    void saysWhatIsCalledOutside() {
        assertThat(map(Map.of("weft.dev/egress", "allow")).namespace().egress()).isEqualTo(EgressDefault.ALLOW);
        assertThat(map(Map.of("weft.dev/egress", "deny")).namespace().egress()).isEqualTo(EgressDefault.DENY);
        NamespaceMapping.Mapped wrong = map(Map.of("weft.dev/egress", "denny"));
        assertThat(wrong.namespace().egress()).isEqualTo(EgressDefault.DENY);
        assertThat(wrong.problems()).singleElement().asString().contains("did you mean deny?");
    }
}

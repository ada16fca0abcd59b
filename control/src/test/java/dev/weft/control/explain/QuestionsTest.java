package dev.weft.control.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.ExplainCallRequest;
import dev.weft.control.refusal.RefusedException;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** How long an answer about a Service may be. */
final class QuestionsTest {

    private static final ExplainCallRequest ASKED = ExplainCallRequest.newBuilder()
            .setFrom("shop/web")
            .setTo("shop/api:80")
            .build();

    private static Questions questions(int endpoints) {
        StringBuilder text = new StringBuilder("""
            {apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [{port: 80}]}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: web, namespace: shop},
             spec: {serviceAccount: web, addresses: [10.0.1.1]}}
            """);
        for (int i = 1; i <= endpoints; i++) {
            text.append("""
                ---
                {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: api-%d, namespace: shop, labels: {app: api}},
                 spec: {serviceAccount: api, addresses: [10.0.0.%d], ports: [{port: 80}]}}
                """.formatted(i, i));
        }
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), text.toString());
        assertThat(parsed.errors()).isEmpty();
        return new Questions(parsed.objects(), TrustDomain.parse("cluster.local"), "the mesh");
    }

    @Test
    void refusesAnAnswerThatIsTooLong() {
        assertThat(questions(2).call(ASKED, 10_000)).hasSize(3);
        assertThatThrownBy(() -> questions(2).call(ASKED, 1))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().getCode()).isEqualTo("WEFT-L354");
                    assertThat(refused.refusal().getWhat()).startsWith("shop/api:80 leads to 2 workloads");
                    assertThat(refused.refusal().getAdvice()).isEqualTo("ask about one of them, as shop/api-1:80");
                });
    }

    @Test
    void answersAboutOneWorkloadHoweverLongItIs() {
        assertThat(questions(1).call(ASKED, 1)).hasSize(2);
    }
}

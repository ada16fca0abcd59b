package dev.weft.kubernetes.inject;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Resources of these tests, and settings of the installation that they are about. */
public final class Samples {

    /** Pods of which it was recorded what an API server made of them, by the policy in {@code policy.yaml}. */
    static final List<String> RECORDED = List.of(
            "plain",
            "annotated",
            "volumes",
            "disabled",
            "host-network",
            "meshed",
            "workload-api",
            "inherited",
            "datagrams",
            "windows");

    private Samples() {}

    /** The installation of {@code policy.yaml}. */
    public static InjectionSettings settings() {
        return new InjectionSettings(
                "weft:1.0", "IfNotPresent", TrustDomain.parse("east.example"), "cluster.local", Inbound.PERMISSIVE);
    }

    /** The policies of that installation, as an API server of 1.34 takes them. */
    static String policy() {
        return YamlText.write(AdmissionPolicies.of(settings(), InjectionMethod.V1BETA1));
    }

    /** A resource beside a class. */
    public static String text(Class<?> beside, String name) {
        try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return text(Samples.class, name);
    }
}

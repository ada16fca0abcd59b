package dev.weft.kubernetes.install;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every object that {@code weft install} prints, as it was read and applied before: for each way of injecting, as it is usually
 * installed, and with one replica and an issuer that somebody else keeps. {@link Goldens} says how the files are written.
 */
final class GoldenManifestsTest {

    private static final Path FOLDER = Path.of("src/test/resources/dev/weft/kubernetes/install/golden");
    private static final IssuerSecret ISSUER = new IssuerSecret("CERTIFICATE\n", "KEY\n", "ANCHOR\n");

    @Test
    void everyObjectIsAsItWas() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (InjectionMethod version : InjectionMethod.values()) {
            String tier = version.name().toLowerCase(Locale.ROOT);
            files.put(tier + ".yaml", manifests(settings(version, Optional.of(ISSUER), 3)));
            files.put(tier + "-one-replica-kept-issuer.yaml", manifests(settings(version, Optional.empty(), 1)));
        }
        files.put("peering.yaml", YamlText.write(peering()));
        files.put("kinds.yaml", YamlText.write(CustomResources.trees()));
        Goldens.check(FOLDER, files);
    }

    private static InstallSettings settings(InjectionMethod version, Optional<IssuerSecret> issuer, int replicas) {
        return new InstallSettings(
                Samples.settings(),
                version,
                "1.0",
                Duration.ofHours(24),
                issuer,
                issuer.isEmpty(),
                replicas,
                PeeringService.NONE,
                ControlPod.USUAL);
    }

    /** What there is besides where others outside of the cluster reach the control plane. */
    private static List<Map<String, Object>> peering() {
        InstallSettings without = settings(InjectionMethod.NONE, Optional.empty(), 3);
        InstallSettings with = new InstallSettings(
                without.injection(),
                without.admission(),
                without.version(),
                without.leafLifetime(),
                without.issuer(),
                without.followIssuer(),
                without.replicas(),
                PeeringService.LOAD_BALANCER,
                ControlPod.USUAL);
        List<Map<String, Object>> objects = new ArrayList<>(Manifests.made(with, List.of()));
        objects.removeAll(Manifests.made(without, List.of()));
        return objects;
    }

    /** The kinds are in a file of their own: they are the same for all. */
    private static String manifests(InstallSettings settings) {
        return YamlText.write(Manifests.objects(settings, List.of()));
    }
}

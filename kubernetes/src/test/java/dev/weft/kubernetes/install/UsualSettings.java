package dev.weft.kubernetes.install;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import java.time.Duration;
import java.util.Optional;

/** Settings of a control plane with usual pods, which is not reachable from outside of the cluster. */
final class UsualSettings {

    private UsualSettings() {}

    static InstallSettings of(
            InjectionSettings injection,
            InjectionMethod admission,
            String version,
            Duration leafLifetime,
            Optional<IssuerSecret> issuer,
            boolean followIssuer) {
        return new InstallSettings(
                injection,
                admission,
                version,
                leafLifetime,
                issuer,
                followIssuer,
                InstallSettings.USUAL_REPLICAS,
                PeeringService.NONE,
                ControlPod.USUAL);
    }
}

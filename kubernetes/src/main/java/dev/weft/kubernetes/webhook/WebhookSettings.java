package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.settings.Flag;
import dev.weft.daemon.settings.Flags;
import dev.weft.daemon.settings.GivenFlags;
import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.daemon.text.Durations;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the webhook, from the environment variables that {@code weft install} writes.
 *
 * @param listen address at which API servers call it
 * @param injection settings of injected pods
 * @param authorityLife lifetime of the webhook's own certificate authority
 */
public record WebhookSettings(InetSocketAddress listen, InjectionSettings injection, Duration authorityLife) {

    /** The variable that enables the webhook. */
    public static final String LISTEN = "WEFT_WEBHOOK_LISTEN";

    private static final Flags FLAGS = Flags.withVariables(
            "WEFT_WEBHOOK",
            List.of(
                    Flag.required("listen", "HOST:PORT", "where API servers call the webhook"),
                    Flag.required("image", "IMAGE", "of sidecars"),
                    Flag.optional("image-pull-policy", "POLICY", "IfNotPresent", "of the image"),
                    Flag.optional(
                            "cluster-domain",
                            "DOMAIN",
                            InjectionSettings.USUAL_CLUSTER_DOMAIN,
                            "of the cluster's names"),
                    Flag.optional("ca-lifetime", "DURATION", "365d", "of the webhook's own certificate authority")));

    public WebhookSettings {
        requireNonNull(listen, "listen");
        requireNonNull(injection, "injection");
        CertificateTimings.of(authorityLife);
    }

    /**
     * Reads the settings; empty if the webhook is not enabled.
     *
     * @throws InvalidSettingsException if a value is not valid
     */
    public static Optional<WebhookSettings> read(Map<String, String> environment, TrustDomain trustDomain) {
        if (!environment.containsKey(LISTEN)) {
            return Optional.empty();
        }
        GivenFlags given = FLAGS.parse(List.of(), environment);
        InetSocketAddress named = given.value("listen", HostPort::unresolved, "host:port, port 0-65535");
        InetSocketAddress listen = new InetSocketAddress(named.getHostString(), named.getPort());
        if (listen.isUnresolved()) {
            throw new InvalidSettingsException(LISTEN + ": " + named.getHostString() + " cannot be resolved");
        }
        try {
            return Optional.of(new WebhookSettings(
                    listen,
                    new InjectionSettings(
                            given.text("image"),
                            given.text("image-pull-policy"),
                            trustDomain,
                            given.text("cluster-domain"),
                            Inbound.read(environment)),
                    given.value("ca-lifetime", Durations::parse, "a duration such as 365d")));
        } catch (InvalidSettingsException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingsException("webhook: " + e.getMessage());
        }
    }
}

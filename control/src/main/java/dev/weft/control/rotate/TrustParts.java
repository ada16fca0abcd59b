package dev.weft.control.rotate;

import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.server.ControlServer;
import dev.weft.control.state.ControlState;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import java.time.Clock;
import java.time.Duration;

/**
 * The parts of a control plane that trust is made of.
 *
 * @param leafLifetime how long certificates live at most
 */
public record TrustParts(
        ControlState state,
        TrustSource trust,
        LiveIssuer issuer,
        MeshEndpoint mesh,
        ControlServer server,
        Duration leafLifetime,
        Clock clock) {}

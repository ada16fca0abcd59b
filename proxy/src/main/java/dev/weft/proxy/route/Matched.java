package dev.weft.proxy.route;

/**
 * The rule for one request.
 *
 * @param prefixElements elements at the beginning of the path that its match asked for; 0 if it asked for no prefix
 */
public record Matched(RouteRule rule, int prefixElements) {}

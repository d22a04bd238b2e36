package live

// SigningKey is for tests that forge with the right key.
var SigningKey = signingKey
